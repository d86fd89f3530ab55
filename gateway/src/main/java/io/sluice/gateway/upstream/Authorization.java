package io.sluice.gateway.upstream;

import io.sluice.gateway.upstream.credential.Credential;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * What a request authenticates itself with; it never shows itself (T20).
 *
 * @param value the value of the header {@code Authorization}, or null for none
 */
record Authorization(@Nullable String value) {

    static final Authorization NONE = new Authorization(null);

    private static final String BEARER = "Bearer ";
    private static final String BASIC = "Basic ";

    /** RFC 7617, in UTF-8. */
    static Authorization basic(Credential credential) {
        byte[] pair = (credential.username() + ':' + credential.password()).getBytes(StandardCharsets.UTF_8);
        return new Authorization(BASIC + Base64.getEncoder().encodeToString(pair));
    }

    /** RFC 6750. */
    static Authorization bearer(String token) {
        return new Authorization(BEARER + token);
    }

    boolean isBasic() {
        return value != null && value.startsWith(BASIC);
    }

    boolean isBearer() {
        return value != null && value.startsWith(BEARER);
    }

    /** The token of one that {@linkplain #isBearer() has one}. */
    String token() {
        if (value == null || !isBearer()) {
            throw new IllegalStateException("there is no token");
        }
        return value.substring(BEARER.length());
    }

    @Override
    public String toString() {
        return value == null ? "Authorization[none]" : "Authorization[present]";
    }
}
