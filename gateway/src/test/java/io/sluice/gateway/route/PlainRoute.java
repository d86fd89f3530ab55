package io.sluice.gateway.route;

import io.sluice.gateway.policy.PullPolicy;
import io.sluice.gateway.pull.TagPolicy;
import io.sluice.gateway.pull.Upstream;
import io.sluice.gateway.upstream.NotFoundSettings;
import io.sluice.gateway.upstream.RegistrySettings.Timeouts;
import io.sluice.gateway.upstream.TransportSettings;
import io.sluice.gateway.upstream.credential.CredentialSettings;
import java.net.URI;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A route of which only the ways that lead to it are said: all else is as it is where nothing is configured. */
record PlainRoute(
        String name,
        String upstream,
        List<String> paths,
        List<String> namespaces,
        boolean root,
        @Nullable String defaultNamespace) {

    RouteSettings anonymous() {
        return with(List.of(), false, Set.of(), TagPolicy.DEFAULT);
    }

    RouteSettings with(List<CredentialSettings> credentials, boolean isPublic, Set<URI> redirectHosts, TagPolicy tags) {
        return new RouteSettings(
                name,
                URI.create(upstream),
                paths,
                namespaces,
                root,
                defaultNamespace,
                credentials,
                isPublic,
                redirectHosts,
                tags,
                NotFoundSettings.DEFAULT,
                false,
                Timeouts.DEFAULT,
                TransportSettings.PLAIN,
                PullPolicy.EVERYTHING,
                Upstream.LISTS_FRESH_FOR);
    }
}
