package io.sluice.gateway.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;

/**
 * What all replicas know and nobody else. It is used for nothing itself: for each purpose a key is derived from it, which
 * tells nothing of the secret nor of the key for another purpose.
 */
public final class ClusterSecret {

    /** How many characters it must have at least: what is signed with its keys may be seen, and guessed at, by others. */
    public static final int MIN_LENGTH = 32;

    private static final int KEY_LENGTH = 32;

    private final String text;

    /** @throws IllegalArgumentException when it is too short */
    public ClusterSecret(String text) {
        if (text.length() < MIN_LENGTH) {
            throw new IllegalArgumentException("has " + text.length() + " characters; expected are at least "
                    + MIN_LENGTH + " that nobody can guess, such as openssl rand -hex 32 prints");
        }
        this.text = text;
    }

    /**
     * The key for a purpose, by HKDF with SHA-256 (RFC 5869): the same on all replicas. To be called once, at the start.
     *
     * @param purpose what it is for, different from every other
     * @param algorithm what it is used with, such as {@code HmacSHA256} or {@code AES}
     * @return 32 bytes
     */
    public SecretKey key(String purpose, String algorithm) {
        try {
            return KDF.getInstance("HKDF-SHA256")
                    .deriveKey(
                            algorithm,
                            HKDFParameterSpec.ofExtract()
                                    .addIKM(text.getBytes(UTF_8))
                                    .thenExpand(("sluice " + purpose).getBytes(UTF_8), KEY_LENGTH));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HKDF with SHA-256", e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ClusterSecret secret && text.equals(secret.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return "ClusterSecret";
    }
}
