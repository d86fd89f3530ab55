package io.sluice.gateway.cluster;

import java.net.InetAddress;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How the replicas that share a Redis reach one another: {@code sluice.cluster}. Instances come from a checked
 * configuration: where a URL is advertised there are a secret and a Redis.
 *
 * @param port the port of the internal listener
 * @param address the address that it listens on
 * @param advertisedUrl where the other replicas reach it, scheme, host and port alone; null: it is not started
 * @param clusterSecret what all replicas know and nobody else, or null
 */
public record ClusterSettings(
        int port,
        InetAddress address,
        @Nullable URI advertisedUrl,
        @Nullable ClusterSecret clusterSecret) {

    /** What holds where the configuration says nothing: a replica by itself. */
    public static final ClusterSettings DEFAULT =
            new ClusterSettings(8082, InetAddress.ofLiteral("127.0.0.1"), null, null);

    /** What all replicas know and nobody else; it may be there without a URL. */
    public Optional<ClusterSecret> secret() {
        return Optional.ofNullable(clusterSecret);
    }
}
