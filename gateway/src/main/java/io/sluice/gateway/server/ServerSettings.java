package io.sluice.gateway.server;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The bounds of a client's connection (T16) that Boot has no names for; how large a head may be, and how long a
 * connection idle, are {@code server.max-http-request-header-size}, {@code server.netty.max-initial-line-length} and
 * {@code server.netty.idle-timeout}.
 *
 * @param maxConnections how many connections may be open at once; one more is closed as soon as it is accepted
 * @param maxRequestsPerAddress how many requests of one address are answered at once; one more is refused
 * @param headTimeout how long a request's head may take from its first byte to its last
 * @param stallTimeout how long a client may take no byte of an answer that is ready for it
 * @param shutdownDelay how long connections are still accepted after readiness has gone down; 0 for not at all
 */
@ConfigurationProperties("server.clients")
public record ServerSettings(
        @DefaultValue("10000") int maxConnections,
        @DefaultValue("5000") int maxRequestsPerAddress,
        @DefaultValue("10s") Duration headTimeout,
        @DefaultValue("90s") Duration stallTimeout,
        @DefaultValue("5s") Duration shutdownDelay) {

    public ServerSettings {
        if (maxConnections < 1) {
            throw new IllegalArgumentException(
                    "server.clients.max-connections is " + maxConnections + ": expected 1 or more");
        }
        if (maxRequestsPerAddress < 1) {
            throw new IllegalArgumentException(
                    "server.clients.max-requests-per-address is " + maxRequestsPerAddress + ": expected 1 or more");
        }
        requirePositive("head-timeout", headTimeout);
        requirePositive("stall-timeout", stallTimeout);
        if (shutdownDelay.isNegative()) {
            throw new IllegalArgumentException(
                    "server.clients.shutdown-delay is " + shutdownDelay + ": expected 0 or more");
        }
    }

    private static void requirePositive(String name, Duration value) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException("server.clients." + name + " is " + value + ": expected more than 0");
        }
    }
}
