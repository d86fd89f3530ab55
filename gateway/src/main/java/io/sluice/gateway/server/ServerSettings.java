package io.sluice.gateway.server;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The bounds of a client's connection (T16).
 *
 * @param maxConnections how many connections may be open at once; one more is closed as soon as it is accepted
 * @param headTimeout how long a request's head may take from its first byte to its last
 * @param idleTimeout how long a connection may be open with no request on it
 * @param stallTimeout how long a client may take no byte of an answer that is ready for it
 */
@ConfigurationProperties("sluice.server")
public record ServerSettings(
        @DefaultValue("10000") int maxConnections,
        @DefaultValue("10s") Duration headTimeout,
        @DefaultValue("60s") Duration idleTimeout,
        @DefaultValue("90s") Duration stallTimeout) {

    /** The largest head of a request, in bytes: bearer tokens of several KiB are common (C18). */
    static final int MAX_HEAD_BYTES = 32 * 1024;

    /** The longest request line, in bytes. */
    static final int MAX_REQUEST_LINE_BYTES = 8 * 1024;

    public ServerSettings {
        if (maxConnections < 1) {
            throw new IllegalArgumentException(
                    "sluice.server.max-connections is " + maxConnections + ": expected 1 or more");
        }
        requirePositive("head-timeout", headTimeout);
        requirePositive("idle-timeout", idleTimeout);
        requirePositive("stall-timeout", stallTimeout);
    }

    private static void requirePositive(String name, Duration value) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException("sluice.server." + name + " is " + value + ": expected more than 0");
        }
    }
}
