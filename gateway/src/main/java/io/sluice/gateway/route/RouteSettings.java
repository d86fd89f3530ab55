package io.sluice.gateway.route;

import io.sluice.cache.redis.RedisCacheSettings;
import io.sluice.gateway.policy.PullPolicy;
import io.sluice.gateway.pull.TagPolicy;
import io.sluice.gateway.pull.Upstream;
import io.sluice.gateway.upstream.NotFoundSettings;
import io.sluice.gateway.upstream.Registry;
import io.sluice.gateway.upstream.RegistrySettings;
import io.sluice.gateway.upstream.TransportSettings;
import io.sluice.gateway.upstream.credential.CredentialSettings;
import io.sluice.oci.Digest;
import io.sluice.oci.Digest.Algorithm;
import java.net.URI;
import java.nio.charset.StandardCharsets;
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
 * @param transport whom to trust, and which proxy to go through
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
        List<CredentialSettings> credentials,
        boolean isPublic,
        Set<URI> redirectHosts,
        TagPolicy tags,
        NotFoundSettings notFound,
        boolean offline,
        RegistrySettings.Timeouts timeouts,
        TransportSettings transport,
        PullPolicy policy,
        Duration listsFreshFor) {

    private static final int SCOPE_HASH_LENGTH = 16;

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

    /** How its registry is reached. */
    RegistrySettings registry() {
        return new RegistrySettings(name, upstream, credentials, redirectHosts, timeouts, notFound, offline, transport);
    }

    /** Where its content comes from. */
    Upstream upstreamOf(Registry registry) {
        return new Upstream(name, scope(), registry, !credentials.isEmpty(), tags, policy, listsFreshFor);
    }

    /**
     * What everything that is kept of the route goes by, on disk and in Redis: the registry, and as whom it is asked. Two
     * configurations, of two replicas or of one before and after a change, that mean another registry or another account by
     * one name share nothing but bytes (T36).
     */
    String scope() {
        String accounts = credentials.stream().map(CredentialSettings::account).collect(Collectors.joining(" "));
        byte[] meant = (upstream + " " + accounts).getBytes(StandardCharsets.UTF_8);
        return name + "-" + Digest.hash(Algorithm.SHA256, meant).hex().substring(0, SCOPE_HASH_LENGTH);
    }

    /** What replicas know of this route is shared by its scope, and what its patterns have let in by another one. */
    Stream<String> namesOfWhatIsShared() {
        return Stream.of(scope(), policy.scopeIn(scope()));
    }

    /** What is to be known of it where replicas share what they keep; the name of its scope says the rest. */
    RedisCacheSettings.Route inRedis() {
        return new RedisCacheSettings.Route("", tags.freshness().freshFor());
    }
}
