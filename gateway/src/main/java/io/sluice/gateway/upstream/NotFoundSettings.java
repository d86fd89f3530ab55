package io.sluice.gateway.upstream;

import java.time.Duration;

/**
 * How long it is remembered that a registry does not have something.
 *
 * @param rememberFor of manifests, tags and blobs, at most {@link #LONGEST}; zero asks again each time
 * @param signaturesFor of the tags that signatures, attestations and SBOMs of an image would have
 */
public record NotFoundSettings(Duration rememberFor, Duration signaturesFor) {

    /** The longest time for what is not a signature: what is pushed now is pulled soon. */
    public static final Duration LONGEST = Duration.ofSeconds(30);

    public static final NotFoundSettings DEFAULT = new NotFoundSettings(Duration.ofSeconds(10), Duration.ofSeconds(10));
}
