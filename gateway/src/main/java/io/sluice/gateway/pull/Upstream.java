package io.sluice.gateway.pull;

import io.sluice.gateway.upstream.Registry;

/**
 * Where the content of a route comes from.
 *
 * @param route the route's name, for meters and logs
 * @param scope what is kept of it goes by: another one as soon as the same name means another registry, or another account
 *     there; part of every key, so that upstreams never mix (T36)
 * @param registry the upstream
 * @param credentialed whether the gateway authenticates there, so that what it sees is not what everyone may see
 * @param freshness how long tags are believed
 */
public record Upstream(String route, String scope, Registry registry, boolean credentialed, TagFreshness freshness) {

    /** An upstream whose name says it all. */
    public Upstream(String route, Registry registry, boolean credentialed, TagFreshness freshness) {
        this(route, route, registry, credentialed, freshness);
    }
}
