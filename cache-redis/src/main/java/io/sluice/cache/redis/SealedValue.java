package io.sluice.cache.redis;

import java.time.Duration;

/**
 * A secret that is good for some time, such as a token.
 *
 * @param text the secret
 * @param remaining how long it is still good, from now
 * @param age how long ago a replica got it
 */
public record SealedValue(String text, Duration remaining, Duration age) {

    /** One that was got just now. */
    public static SealedValue anew(String text, Duration remaining) {
        return new SealedValue(text, remaining, Duration.ZERO);
    }

    /** Without the secret (T20). */
    @Override
    public String toString() {
        return "SealedValue[" + remaining + "]";
    }
}
