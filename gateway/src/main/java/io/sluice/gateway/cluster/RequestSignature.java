package io.sluice.gateway.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import org.jspecify.annotations.Nullable;

/**
 * What shows that a request comes from a replica: HMAC-SHA-256 of the method, the URL of the replica that it is for, the
 * path and the range, with a key that is derived from the secret of all replicas.
 *
 * <p>There is no time in it, because the clocks of replicas may be an hour apart (K20), so a request can be repeated by who
 * has seen it: he gets the bytes whose passing he has seen, or their other end, from the same replica again. He can ask for
 * no other blob, no other range and no other replica, and he learns nothing of the secret. Who has a replica send a request
 * to a server of his own, by what he writes into Redis, has nothing that any other replica would take.
 */
final class RequestSignature {

    private static final String SCHEME = "Sluice-HMAC-SHA256 ";
    private static final String ALGORITHM = "HmacSHA256";

    private final Mac prototype;

    RequestSignature(ClusterSecret secret) {
        try {
            prototype = Mac.getInstance(ALGORITHM);
            prototype.init(secret.key("requests between replicas", ALGORITHM));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HMAC with SHA-256", e);
        }
    }

    /** The value of {@code Authorization} for a request. */
    String of(String method, URI replica, String path, @Nullable String range) {
        String request = String.join("\n", method, replica.toString(), path, range == null ? "" : range);
        return SCHEME + HexFormat.of().formatHex(mac().doFinal(request.getBytes(UTF_8)));
    }

    /** Whether a value of {@code Authorization} is the one for a request; takes as long for any. */
    boolean isOf(String method, URI replica, String path, @Nullable String range, @Nullable String authorization) {
        byte[] expected = of(method, replica, path, range).getBytes(UTF_8);
        return MessageDigest.isEqual(expected, (authorization == null ? "" : authorization).getBytes(UTF_8));
    }

    private Mac mac() {
        try {
            return (Mac) prototype.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the JDK's HMAC can be cloned", e);
        }
    }
}
