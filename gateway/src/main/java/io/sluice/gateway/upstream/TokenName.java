package io.sluice.gateway.upstream;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Which token, and whose: the route, the token endpoint, what the token allows, and the credential that gets it, so that
 * nobody has a token that another credential got, nor an anonymous one (T10). It has secrets in it, and shows nothing (T20).
 */
public final class TokenName {

    private final byte[] bytes;

    private TokenName(byte[] bytes) {
        this.bytes = bytes;
    }

    static TokenName of(String route, TokenKey key, Authorization credential) {
        URI realm = key.realm();
        return new TokenName(encode(route, realm.toString(), key.service(), key.scope(), credential.value()));
    }

    /** Each part with its length before it, so that no two names are written alike. */
    private static byte[] encode(@Nullable String... parts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (String part : parts) {
            byte[] text = part == null ? new byte[0] : part.getBytes(StandardCharsets.UTF_8);
            int length = part == null ? -1 : text.length;
            bytes.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(length).array());
            bytes.writeBytes(text);
        }
        return bytes.toByteArray();
    }

    /** All of it, the credential included: not to be kept or sent anywhere. */
    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public String toString() {
        return "TokenName";
    }
}
