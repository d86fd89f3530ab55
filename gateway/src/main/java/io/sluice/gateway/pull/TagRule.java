package io.sluice.gateway.pull;

import io.sluice.gateway.policy.ReferencePattern;

/**
 * What holds for some of the tags of a route.
 *
 * @param tags which
 * @param freshness how long they are believed
 */
public record TagRule(ReferencePattern tags, TagFreshness freshness) {}
