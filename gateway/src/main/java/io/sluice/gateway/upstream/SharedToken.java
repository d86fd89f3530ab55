package io.sluice.gateway.upstream;

import java.time.Duration;

/**
 * A token as replicas hand it to one another.
 *
 * @param token the token
 * @param usableFor how long it may still be used, from now
 * @param age how long ago the token endpoint gave it
 */
public record SharedToken(String token, Duration usableFor, Duration age) {

    /** Without the token (T20). */
    @Override
    public String toString() {
        return "SharedToken[" + usableFor + "]";
    }
}
