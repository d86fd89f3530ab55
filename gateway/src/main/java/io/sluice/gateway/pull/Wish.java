package io.sluice.gateway.pull;

import io.sluice.oci.Digest;

/**
 * Some content, from one upstream as it is configured now: what those who share a flight have in common. A pull after the
 * configuration has changed does not share the answer to one before (G05).
 *
 * @param target the repository and its upstream
 * @param digest the content
 */
record Wish(PullTarget target, Digest digest) {}
