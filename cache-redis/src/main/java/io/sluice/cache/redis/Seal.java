package io.sluice.cache.redis;

import io.sluice.cache.record.MalformedRecordException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Seals what Redis may keep and nobody may read there: AES-256-GCM with a random nonce, for one key in Redis and the name
 * that the key was made of, so that a value that was moved to another key does not open (T25). The key is an HMAC-SHA256 of
 * the name.
 *
 * <pre>
 * version      one byte
 * nonce        12 bytes
 * ciphertext   with the tag, 16 bytes, behind it
 * </pre>
 */
final class Seal {

    /** The version of what is sealed; part of what is authenticated. */
    static final byte VERSION = 1;

    /** How much longer than its content something sealed is, bytes. */
    static final int OVERHEAD = 1 + 12 + 16;

    private static final int NONCE_LENGTH = 12;
    private static final int TAG_LENGTH = 16;

    private final SecretKey naming;
    private final SecretKey sealing;
    private final SecureRandom random;

    /**
     * The seal of all who have two keys. Draws on the system's randomness, once; blocks.
     *
     * @param naming for HMAC-SHA256
     * @param sealing for AES, of 256 bits
     */
    Seal(SecretKey naming, SecretKey sealing) {
        this.naming = naming;
        this.sealing = sealing;
        try {
            this.random = SecureRandom.getInstance("DRBG");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has DRBG", e);
        }
        random.nextBytes(new byte[NONCE_LENGTH]);
    }

    /** What stands for a name where it may be read. */
    String hidden(byte[] name) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(naming);
            return HexFormat.of().formatHex(mac.doFinal(name));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }

    /** Seals content for a key and the name that it was made of. */
    byte[] seal(String key, byte[] name, byte[] content) {
        byte[] nonce = new byte[NONCE_LENGTH];
        random.nextBytes(nonce);
        try {
            byte[] ciphertext = cipher(Cipher.ENCRYPT_MODE, nonce, key, name).doFinal(content);
            return ByteBuffer.allocate(1 + NONCE_LENGTH + ciphertext.length)
                    .put(VERSION)
                    .put(nonce)
                    .put(ciphertext)
                    .array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has AES-GCM", e);
        }
    }

    /**
     * Opens what was sealed for a key and its name.
     *
     * @throws MalformedRecordException if it was not, or not with this key, or it was changed
     */
    byte[] open(String key, byte[] name, byte[] sealed) {
        if (sealed.length < OVERHEAD || sealed[0] != VERSION) {
            throw new MalformedRecordException("it is not sealed as version " + VERSION + " is");
        }
        byte[] nonce = Arrays.copyOfRange(sealed, 1, 1 + NONCE_LENGTH);
        try {
            return cipher(Cipher.DECRYPT_MODE, nonce, key, name)
                    .doFinal(sealed, 1 + NONCE_LENGTH, sealed.length - 1 - NONCE_LENGTH);
        } catch (GeneralSecurityException e) {
            throw new MalformedRecordException("it was sealed for another place or with another key, or changed");
        }
    }

    private Cipher cipher(int mode, byte[] nonce, String key, byte[] name) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, sealing, new GCMParameterSpec(TAG_LENGTH * Byte.SIZE, nonce));
        byte[] keyBytes = bytes(key);
        cipher.updateAAD(ByteBuffer.allocate(1 + Integer.BYTES + keyBytes.length + name.length)
                .put(VERSION)
                .putInt(keyBytes.length)
                .put(keyBytes)
                .put(name)
                .flip());
        return cipher;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
