package io.sluice.e2e.fleet;

import io.sluice.testing.process.Ports;
import java.util.LinkedHashMap;
import java.util.Map;

/** What replicas share beside manifests, and how they are told to. */
final class Shared {

    /** Whether blobs are fetched once for all replicas. */
    static final boolean BLOBS = false;

    /** Whether tokens are, and a tag is asked for once. */
    static final boolean TOKENS = false;

    private Shared() {}

    /** The variables of one more replica. */
    static Map<String, String> environment(String redisUrl) {
        Map<String, String> variables = new LinkedHashMap<>(Map.of("SLUICE_REDIS_URL", redisUrl));
        if (BLOBS || TOKENS) {
            int port = Ports.free();
            variables.put("SLUICE_CLUSTER_PORT", Integer.toString(port));
            variables.put("SLUICE_CLUSTER_ADDRESS", "127.0.0.1");
            variables.put("SLUICE_CLUSTER_ADVERTISED_URL", "http://127.0.0.1:" + port);
            variables.put("SLUICE_CLUSTER_SECRET", "a secret of forty characters for a fleet");
        }
        return Map.copyOf(variables);
    }

    /** How many GETs of a blob so many replicas make. */
    static int getsOfABlob(int replicas) {
        return BLOBS ? 1 : replicas;
    }
}
