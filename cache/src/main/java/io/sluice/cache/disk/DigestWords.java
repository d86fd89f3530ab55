package io.sluice.cache.disk;

import io.sluice.oci.Digest;
import io.sluice.oci.Digest.Algorithm;
import java.util.HexFormat;

/** A digest as numbers: 4 for SHA-256, 8 for SHA-512. */
final class DigestWords {

    /** How many numbers every digest has. */
    static final int FIRST = 4;

    private static final int HEX_OF_A_WORD = 2 * Long.BYTES;

    private DigestWords() {}

    static long[] of(Digest digest) {
        String hex = digest.hex();
        long[] words = new long[hex.length() / HEX_OF_A_WORD];
        for (int i = 0; i < words.length; i++) {
            words[i] = HexFormat.fromHexDigitsToLong(hex, i * HEX_OF_A_WORD, (i + 1) * HEX_OF_A_WORD);
        }
        return words;
    }

    static Digest digest(long[] words) {
        StringBuilder hex = new StringBuilder(words.length * HEX_OF_A_WORD);
        for (long word : words) {
            hex.append(HexFormat.of().toHexDigits(word));
        }
        return new Digest(words.length == FIRST ? Algorithm.SHA256 : Algorithm.SHA512, hex.toString());
    }
}
