package io.sluice.cache.redis;

import io.sluice.cache.RepositoryKey;
import io.sluice.oci.Digest;
import io.sluice.oci.Digest.Algorithm;
import io.sluice.oci.Tag;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/** The keys in Redis, as the package's documentation has them. */
final class RedisKeys {

    /** What every key begins with: the project, and the version of the keys. */
    static final String PREFIX = "sluice:1:";

    static final String TAGS = PREFIX + "tags:";
    static final String PROOFS = PREFIX + "proofs:";
    static final String LEASES = PREFIX + "lease:";

    private static final int SCOPE_LENGTH = 16;
    private static final int PROBES = 64;

    private final RedisCacheSettings settings;
    private final Map<String, String> scopes = new ConcurrentHashMap<>();

    RedisKeys(RedisCacheSettings settings) {
        this.settings = settings;
    }

    static byte[] bytes(String key) {
        return key.getBytes(StandardCharsets.UTF_8);
    }

    String manifest(Digest digest) {
        return PREFIX + "manifest:{" + digest.text() + "}";
    }

    /** The lease for fetching a manifest; on the same node of a cluster as the manifest. */
    String lease(Digest digest) {
        return LEASES + "{" + digest.text() + "}";
    }

    /** The lease for fetching a blob. */
    String blobLease(Digest digest) {
        return LEASES + "blob:{" + digest.text() + "}";
    }

    String holders(Digest digest) {
        return PREFIX + "holders:{" + digest.text() + "}";
    }

    String tags(RepositoryKey repository, Tag tag) {
        return TAGS + "{" + scope(repository.route()) + "/" + repository.name() + "}:" + tag.text();
    }

    String proofs(RepositoryKey repository) {
        return PROOFS + "{" + scope(repository.route()) + "/" + repository.name() + "}";
    }

    /** One of several, so that in time every node of a cluster is asked. */
    String probe() {
        return PREFIX + "probe:" + ThreadLocalRandom.current().nextInt(PROBES);
    }

    private String scope(String route) {
        return scopes.computeIfAbsent(route, this::hashedScope);
    }

    private String hashedScope(String route) {
        String upstream = settings.route(route).upstream();
        return upstream.isEmpty()
                ? route
                : route + "-"
                        + Digest.hash(Algorithm.SHA256, bytes(upstream)).hex().substring(0, SCOPE_LENGTH);
    }
}
