package io.sluice.gateway.route;

import io.sluice.oci.RepositoryName;

/**
 * A route that answers, and what the repository is called behind it.
 *
 * @param route the route
 * @param repository the name at the upstream: without the prefix, with the default namespace
 */
record RouteMatch(RouteSettings route, RepositoryName repository) {}
