package io.sluice.cache.redis;

import java.util.Arrays;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** Keys of clusters, each of which has a number. */
final class TestKeys {

    private TestKeys() {}

    static Seal seal(int cluster) {
        return new Seal(naming(cluster), sealing(cluster));
    }

    static SecretKey naming(int cluster) {
        return key(cluster, "HmacSHA256");
    }

    static SecretKey sealing(int cluster) {
        return key(-cluster, "AES");
    }

    private static SecretKey key(int number, String algorithm) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) number);
        return new SecretKeySpec(key, algorithm);
    }
}
