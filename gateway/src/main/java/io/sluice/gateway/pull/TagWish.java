package io.sluice.gateway.pull;

import io.sluice.cache.TagKey;

/**
 * A tag, from one upstream as it is configured now: like a {@link Wish}.
 *
 * @param upstream the upstream
 * @param key the tag
 */
public record TagWish(Upstream upstream, TagKey key) {}
