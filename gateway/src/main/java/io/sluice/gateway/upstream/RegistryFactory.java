package io.sluice.gateway.upstream;

import com.github.benmanes.caffeine.cache.Ticker;
import io.sluice.gateway.metrics.GatewayMetrics;
import io.sluice.gateway.upstream.credential.Credential;
import io.sluice.gateway.upstream.credential.CredentialSettings;
import io.sluice.gateway.upstream.credential.CredentialSource;
import io.sluice.gateway.upstream.credential.CredentialSources;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.resources.LoopResources;

/** Opens registries over HTTP. They share the event loops and the resolver, and nothing else; each
 * shares its tokens with the same route of other replicas. */
public final class RegistryFactory implements Disposable {

    /** For files, programs and SDKs, which all block. */
    private static final int MAX_BLOCKING_THREADS = 8;

    private static final int MAX_BLOCKED = 1_000;
    private static final int BLOCKING_THREAD_SECONDS = 60;

    private static final int PROBES_AT_ONCE = 4;

    private final GatewayMetrics metrics;
    private final Network network;
    private final SharedTokens shared;
    private final Scheduler blocking = Schedulers.newBoundedElastic(
            MAX_BLOCKING_THREADS, MAX_BLOCKED, "sluice-credentials", BLOCKING_THREAD_SECONDS, true);
    private final CredentialSources credentials = new CredentialSources(Ticker.systemTicker(), blocking);
    private final List<Wire> opened = new CopyOnWriteArrayList<>();
    private final List<TlsProbe> probes = new CopyOnWriteArrayList<>();

    /**
     * @param metrics where requests and connections are counted
     * @param loops the event loops to use; stay the caller's to dispose of
     * @param shared the tokens of all replicas
     */
    public RegistryFactory(GatewayMetrics metrics, LoopResources loops, SharedTokens shared) {
        this(metrics, Network.ofThisMachine(loops), shared);
    }

    RegistryFactory(GatewayMetrics metrics, Network network, SharedTokens shared) {
        this.metrics = metrics;
        this.network = network;
        this.shared = shared;
    }

    /**
     * Opens a registry; nothing is sent before the first request. Reads certificates, and blocks for that.
     *
     * @param settings how to reach it; its origin and redirect hosts are {@code http} or {@code https} URLs with a host
     * @throws IllegalArgumentException if a file of certificates is not what it should be
     */
    public Registry open(RegistrySettings settings) {
        Destinations destinations = new Destinations(
                Origin.of(settings.origin()),
                settings.redirectHosts().stream().map(Origin::of).collect(Collectors.toUnmodifiableSet()));
        Reach reach = new Reach(settings, network, blocking);
        probes.add(new TlsProbe(settings, network, reach));
        Wire wire = new Wire(settings, network, reach, metrics);
        opened.add(wire);
        Authorizer authorizer =
                new Authorizer(sources(settings), destinations, new TokenEndpoint(wire), tokens(settings));
        return new HttpRegistry(settings.route(), destinations, wire, authorizer, metrics);
    }

    /** Looks at the TLS of every registry that is open and https, once for each subscription; never fails. */
    public Flux<TlsVerdict> probe() {
        return Flux.fromIterable(probes).filter(TlsProbe::isNeeded).flatMap(TlsProbe::look, PROBES_AT_ONCE);
    }

    private List<CredentialSource> sources(RegistrySettings settings) {
        Origin origin = Origin.of(settings.origin());
        return settings.credentials().stream()
                .map(credential -> credentials.open(settings.route(), origin.authority(), credential))
                .toList();
    }

    private Tokens tokens(RegistrySettings settings) {
        Authorization credential = settings.credentials().stream()
                .findFirst()
                .map(RegistryFactory::owner)
                .orElse(Authorization.NONE);
        return new Tokens(Ticker.systemTicker(), shared, key -> TokenName.of(settings.route(), key, credential));
    }

    /** Whose a token is; it outlives a secret that is renewed. */
    private static Authorization owner(CredentialSettings settings) {
        return Authorization.basic(
                settings instanceof Credential fixed ? fixed : new Credential(settings.account(), ""));
    }

    /** Closes every connection of every registry; what is under way fails. */
    @Override
    public void dispose() {
        opened.forEach(Wire::dispose);
        credentials.dispose();
        blocking.dispose();
        network.dispose();
    }
}
