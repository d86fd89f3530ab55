package io.sluice.gateway.upstream;

import com.github.benmanes.caffeine.cache.Ticker;
import io.sluice.gateway.metrics.UpstreamMetrics;
import io.sluice.gateway.upstream.credential.Credential;
import io.sluice.gateway.upstream.credential.CredentialSettings;
import io.sluice.gateway.upstream.credential.CredentialSource;
import io.sluice.gateway.upstream.credential.CredentialSources;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.resources.LoopResources;

/** Opens registries over HTTP. They share the event loops and the resolver, and nothing else; each
 * shares its tokens with the same route of other replicas. */
public final class RegistryFactory implements Disposable {

    /** Longer than a fetch ever waits between two requests: for other replicas, or before it goes on. */
    private static final Duration QUIET = Duration.ofSeconds(60);

    /** A layer of 10 GiB takes so long at half a megabyte a second. */
    private static final Duration LIMIT = Duration.ofHours(6);

    /** For files, programs and SDKs, which all block. */
    private static final int MAX_BLOCKING_THREADS = 8;

    private static final int MAX_BLOCKED = 1_000;
    private static final int BLOCKING_THREAD_SECONDS = 60;

    private static final int PROBES_AT_ONCE = 4;

    private final UpstreamMetrics metrics;
    private final Network network;
    private final SharedTokens shared;
    private final Ticker ticker;
    private final Map<OpenRegistry, TlsProbe> opened = new ConcurrentHashMap<>();
    private final RetiredRegistries retired = new RetiredRegistries(QUIET, LIMIT);
    private final Scheduler blocking = Schedulers.newBoundedElastic(
            MAX_BLOCKING_THREADS, MAX_BLOCKED, "sluice-credentials", BLOCKING_THREAD_SECONDS, true);
    private final CredentialSources sources = new CredentialSources(Ticker.systemTicker(), blocking);

    /**
     * @param metrics where requests and connections are counted
     * @param loops the event loops to use; stay the caller's to dispose of
     * @param shared the tokens of all replicas
     */
    public RegistryFactory(UpstreamMetrics metrics, LoopResources loops, SharedTokens shared) {
        this(metrics, Network.ofThisMachine(loops), shared, Ticker.systemTicker());
    }

    RegistryFactory(UpstreamMetrics metrics, Network network, SharedTokens shared, Ticker ticker) {
        this.metrics = metrics;
        this.network = network;
        this.shared = shared;
        this.ticker = ticker;
    }

    /**
     * Opens a registry; nothing is sent before the first request. Reads certificates, and blocks for that.
     *
     * @param settings how to reach it; its origin and redirect hosts are {@code http} or {@code https} URLs with a host
     * @throws IllegalArgumentException if a file of certificates is not what it should be
     */
    public OpenRegistry open(RegistrySettings settings) {
        Destinations destinations = new Destinations(
                Origin.of(settings.origin()),
                settings.redirectHosts().stream().map(Origin::of).collect(Collectors.toUnmodifiableSet()));
        Reach reach = new Reach(settings, network, blocking);
        Wire wire = new Wire(settings, network, reach, metrics, ticker);
        OpenRegistry open = new OpenRegistry(registry(settings, destinations, wire), wire);
        opened.put(open, new TlsProbe(settings, network, reach));
        return open;
    }

    private Registry registry(RegistrySettings settings, Destinations destinations, Wire wire) {
        if (settings.offline()) {
            return new OfflineRegistry(settings.route());
        }
        HttpRegistry registry =
                new HttpRegistry(settings.route(), destinations, wire, accounts(settings, destinations, wire), metrics);
        return new RememberedNotFound(registry, settings.notFound(), ticker);
    }

    /** Looks at the TLS of every registry that is open, https and not offline, once for each subscription; never fails. */
    public Flux<TlsVerdict> probe() {
        return Flux.fromIterable(opened.values()).filter(TlsProbe::isNeeded).flatMap(TlsProbe::look, PROBES_AT_ONCE);
    }

    /**
     * Whether a request was sent by one of these registries, and has come back.
     *
     * @param via the values of its {@code Via}
     */
    public boolean hasSent(Collection<String> via) {
        return network.via().isAmong(via);
    }

    /** One for each credential, in their order; without any, the anonymous one. */
    private Accounts accounts(RegistrySettings settings, Destinations destinations, Wire wire) {
        List<Account> accounts = new ArrayList<>();
        for (CredentialSettings credential : settings.credentials()) {
            String position = Integer.toString(accounts.size() + 1);
            accounts.add(account(position, List.of(credential), settings, destinations, wire));
        }
        if (accounts.isEmpty()) {
            accounts.add(account("anonymous", List.of(), settings, destinations, wire));
        }
        return new Accounts(accounts);
    }

    private Account account(
            String position,
            List<CredentialSettings> credentials,
            RegistrySettings settings,
            Destinations destinations,
            Wire wire) {
        Authorizer authorizer = new Authorizer(
                sources(settings, credentials),
                destinations,
                new TokenEndpoint(wire),
                tokens(settings, credentials),
                ticker);
        return new Account(settings.route(), position, authorizer, ticker, metrics);
    }

    private List<CredentialSource> sources(RegistrySettings settings, List<CredentialSettings> credentials) {
        Origin origin = Origin.of(settings.origin());
        return credentials.stream()
                .map(credential -> sources.open(settings.route(), origin.authority(), credential))
                .toList();
    }

    private Tokens tokens(RegistrySettings settings, List<CredentialSettings> credentials) {
        Authorization credential =
                credentials.stream().findFirst().map(RegistryFactory::owner).orElse(Authorization.NONE);
        return new Tokens(ticker, shared, key -> TokenName.of(settings.route(), key, credential));
    }

    /**
     * Closes a registry that no new pull will ask, once those that have it are done: when nobody has asked it for a minute,
     * and after six hours in any case.
     */
    public void retire(OpenRegistry registry) {
        opened.remove(registry);
        retired.add(registry);
    }

    /** Whose a token is; it outlives a secret that is renewed. */
    private static Authorization owner(CredentialSettings settings) {
        return Authorization.basic(
                settings instanceof Credential fixed ? fixed : new Credential(settings.account(), ""));
    }

    /** Closes every connection of every registry; what is under way fails. */
    @Override
    public void dispose() {
        retired.dispose();
        opened.keySet().forEach(OpenRegistry::dispose);
        sources.dispose();
        blocking.dispose();
        network.dispose();
    }
}
