package io.sluice.gateway.pull;

import io.sluice.gateway.upstream.Registry;

/**
 * Where the content of a route comes from.
 *
 * @param route the route's name; part of every key, so that upstreams never mix (T36)
 * @param registry the upstream
 * @param credentialed whether the gateway authenticates there, so that what it sees is not what everyone may see
 * @param freshness how long tags are believed
 */
public record Upstream(String route, Registry registry, boolean credentialed, TagFreshness freshness) {}
