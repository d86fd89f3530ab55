package io.sluice.gateway.pull;

import java.util.Optional;

/** The upstreams, by the names of their routes. */
public interface UpstreamDirectory {

    /** The upstream of a configured route as it is now, or empty. */
    Optional<Upstream> upstream(String route);
}
