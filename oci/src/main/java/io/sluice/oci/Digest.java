package io.sluice.oci;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * The content address of some bytes: an algorithm and the hash in lower-case hex, {@code sha256:c0e9560c…}.
 *
 * <p>Only the two registered algorithms are known; anything else would let a caller choose a weaker one (T37).
 *
 * @param algorithm the hash algorithm
 * @param hex the hash, lower-case, of the algorithm's length
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#digests">OCI image-spec 1.1,
 *     Digests</a>
 */
public record Digest(Algorithm algorithm, String hex) implements Reference {

    private static final List<Algorithm> ALGORITHMS = List.of(Algorithm.values());

    /** The hash algorithms that a digest may name. */
    public enum Algorithm {
        SHA256("sha256", "SHA-256", 64),
        SHA512("sha512", "SHA-512", 128);

        private final String label;
        private final String jcaName;
        private final int hexLength;

        Algorithm(String label, String jcaName, int hexLength) {
            this.label = label;
            this.jcaName = jcaName;
            this.hexLength = hexLength;
        }

        /** The name in front of the colon. */
        public String label() {
            return label;
        }

        /** A fresh hash of this algorithm. */
        public MessageDigest newMessageDigest() {
            try {
                return MessageDigest.getInstance(jcaName);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every JDK has " + jcaName, e);
            }
        }
    }

    public Digest {
        if (!isLowerHex(hex, algorithm.hexLength)) {
            throw malformed(algorithm.label + ":" + hex);
        }
    }

    /**
     * Reads a digest as it stands in a path or a header.
     *
     * @throws MalformedRequestException with {@code DIGEST_INVALID}, for an unknown algorithm too
     */
    public static Digest parse(String text) {
        for (Algorithm algorithm : ALGORITHMS) {
            int colon = algorithm.label.length();
            if (text.startsWith(algorithm.label) && text.startsWith(":", colon)) {
                return new Digest(algorithm, text.substring(colon + 1));
            }
        }
        throw malformed(text);
    }

    /** Whether a text has the colon, plain or percent-encoded, that every digest has and no tag can have. */
    static boolean isMeantBy(String text) {
        return text.indexOf(':') >= 0 || text.contains("%3A") || text.contains("%3a");
    }

    /** The digest that a finished hash stands for. */
    public static Digest of(Algorithm algorithm, byte[] hash) {
        return new Digest(algorithm, HexFormat.of().formatHex(hash));
    }

    /** Hashes the bytes. */
    public static Digest hash(Algorithm algorithm, byte[] bytes) {
        return of(algorithm, algorithm.newMessageDigest().digest(bytes));
    }

    @Override
    public String text() {
        return algorithm.label + ":" + hex;
    }

    @Override
    public String toString() {
        return text();
    }

    private static MalformedRequestException malformed(String text) {
        return new MalformedRequestException(
                OciError.Code.DIGEST_INVALID,
                "invalid digest",
                text,
                "sha256: or sha512: and the hash in lower-case hex");
    }

    private static boolean isLowerHex(String hex, int length) {
        if (hex.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            char c = hex.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                return false;
            }
        }
        return true;
    }
}
