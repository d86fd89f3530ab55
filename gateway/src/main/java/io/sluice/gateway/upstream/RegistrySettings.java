package io.sluice.gateway.upstream;

import io.sluice.gateway.upstream.credential.CredentialSettings;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * How a route reaches its registry.
 *
 * @param route the route's name, for metrics, logs and the connection pool
 * @param origin scheme, host and port of the registry, without a path
 * @param credentials what to authenticate with; none is anonymous
 * @param redirectHosts origins beside the registry's own and public https hosts that a redirect or a token realm may
 *     lead to
 * @param timeouts the limits of every wait
 * @param notFound how long it is remembered what the registry does not have
 * @param offline whether it is never asked
 * @param transport whom to trust, and which proxy to go through
 */
public record RegistrySettings(
        String route,
        URI origin,
        List<CredentialSettings> credentials,
        Set<URI> redirectHosts,
        Timeouts timeouts,
        NotFoundSettings notFound,
        boolean offline,
        TransportSettings transport) {

    public RegistrySettings {
        credentials = List.copyOf(credentials);
        redirectHosts = Set.copyOf(redirectHosts);
    }

    /** Directly, with the trust of this machine, and asked again each time for what it does not have. */
    public RegistrySettings(
            String route, URI origin, List<CredentialSettings> credentials, Set<URI> redirectHosts, Timeouts timeouts) {
        this(
                route,
                origin,
                credentials,
                redirectHosts,
                timeouts,
                NotFoundSettings.NONE,
                false,
                TransportSettings.PLAIN);
    }

    /**
     * The limits of every wait (threats and faults, section 5).
     *
     * @param connect for a TCP connection
     * @param handshake for TLS
     * @param acquire for a free connection of the pool
     * @param acquireForBlob likewise, of the pool that blobs are fetched through: others may be long
     * @param firstHeader from the request to the first header of the answer
     * @param read from one read of the body to the next, while the reader has asked for more
     */
    public record Timeouts(
            Duration connect,
            Duration handshake,
            Duration acquire,
            Duration acquireForBlob,
            Duration firstHeader,
            Duration read) {

        public static final Timeouts DEFAULT = new Timeouts(
                Duration.ofSeconds(4),
                Duration.ofSeconds(10),
                Duration.ofSeconds(5),
                Duration.ofSeconds(30),
                Duration.ofSeconds(10),
                Duration.ofSeconds(30));

        /** With these three, and the others as they are. */
        public Timeouts with(Duration connect, Duration firstHeader, Duration read) {
            return new Timeouts(connect, handshake, acquire, acquireForBlob, firstHeader, read);
        }
    }
}
