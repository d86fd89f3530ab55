package io.sluice.gateway.route;

import io.sluice.cache.redis.RedisCacheSettings;
import io.sluice.gateway.policy.PullPolicy;
import io.sluice.gateway.pull.TagPolicy;
import io.sluice.gateway.upstream.NotFoundSettings;
import io.sluice.gateway.upstream.RegistrySettings;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One upstream and the ways that lead to it: {@code sluice.routes.<name>}. Instances come from a checked configuration.
 *
 * @param name {@code [a-z0-9]+}, so that an environment variable can name it
 * @param upstream scheme, host and port of the registry, without a path
 * @param paths the prefixes that lead here, each with a leading slash and without a trailing one
 * @param namespaces the values of {@code ns} that lead here, {@code host[:port]}
 * @param root whether this route answers what names neither a path nor a namespace
 * @param defaultNamespace what stands before a name of one component at the upstream, or null for nothing
 * @param credentials what to authenticate with; none is anonymous
 * @param isPublic whether everyone may see what the credentials can see
 * @param redirectHosts origins that redirects and token realms may lead to, beside what is always allowed
 * @param tags how long a tag is believed
 * @param notFound how long it is remembered what the registry does not have
 * @param offline whether the registry is never asked
 * @param timeouts how long the upstream is waited for
 * @param policy what may be pulled
 * @param listsFreshFor how long a list of tags or referrers is served without asking the upstream again
 */
record RouteSettings(
        String name,
        URI upstream,
        List<String> paths,
        List<String> namespaces,
        boolean root,
        @Nullable String defaultNamespace,
        List<RegistrySettings.Credential> credentials,
        boolean isPublic,
        Set<URI> redirectHosts,
        TagPolicy tags,
        NotFoundSettings notFound,
        boolean offline,
        RegistrySettings.Timeouts timeouts,
        PullPolicy policy,
        Duration listsFreshFor) {

    RouteSettings {
        paths = List.copyOf(paths);
        namespaces = List.copyOf(namespaces);
        credentials = List.copyOf(credentials);
        redirectHosts = Set.copyOf(redirectHosts);
    }

    /** How the names of this route's repositories become the upstream's. */
    RepositoryRewrite rewrite() {
        return new RepositoryRewrite(paths, defaultNamespace);
    }

    /** What replicas know of this route is shared under its name, and what its patterns have let in under another. */
    Stream<String> namesOfWhatIsShared() {
        return Stream.of(name, policy.scopeIn(name));
    }

    /** What makes two replicas mean the same by this route: the registry, and as whom it is asked. */
    RedisCacheSettings.Route inRedis() {
        String accounts =
                credentials.stream().map(RegistrySettings.Credential::username).collect(Collectors.joining(" "));
        return new RedisCacheSettings.Route(
                upstream + " " + accounts, tags.freshness().freshFor());
    }
}
