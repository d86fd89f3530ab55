package io.sluice.gateway.upstream.credential;

import java.time.Duration;

/**
 * A credential that was just got.
 *
 * @param credential the credential
 * @param renewAfter when to look for another one, from now
 * @param usableFor how long it is good for where there is no other, from now
 */
record Issued(Credential credential, Duration renewAfter, Duration usableFor) {

    private static final int MARGIN_DIVISOR = 10;

    /** Clocks differ, and a request takes its time. */
    private static final Duration SKEW = Duration.ofSeconds(5);

    /** About a century: longer than any process, and not too long for nanoseconds. */
    private static final Duration ALWAYS = Duration.ofDays(36_500);

    /** One that ends; another is looked for in the last tenth of its life. */
    static Issued endingIn(Duration lifetime, Credential credential) {
        return new Issued(credential, lifetime.minus(lifetime.dividedBy(MARGIN_DIVISOR)), lifetime.minus(SKEW));
    }

    /** One that is good until there is another, which is looked for now and then. */
    static Issued lookedForEvery(Duration interval, Credential credential) {
        return new Issued(credential, interval, ALWAYS);
    }
}
