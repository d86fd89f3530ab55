package io.sluice.gateway.upstream;

import com.github.benmanes.caffeine.cache.Ticker;
import io.sluice.gateway.metrics.GatewayMetrics;
import io.sluice.gateway.upstream.RegistrySettings.Credential;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import reactor.core.Disposable;
import reactor.netty.resources.LoopResources;

/** Opens registries over HTTP. They share the event loops and the resolver, and nothing else; each
 * shares its tokens with the same route of other replicas. */
public final class RegistryFactory implements Disposable {

    private final GatewayMetrics metrics;
    private final Network network;
    private final SharedTokens shared;
    private final Ticker ticker;
    private final List<Wire> opened = new CopyOnWriteArrayList<>();

    /**
     * @param metrics where requests and connections are counted
     * @param loops the event loops to use; stay the caller's to dispose of
     * @param shared the tokens of all replicas
     */
    public RegistryFactory(GatewayMetrics metrics, LoopResources loops, SharedTokens shared) {
        this(metrics, Network.ofThisMachine(loops), shared, Ticker.systemTicker());
    }

    RegistryFactory(GatewayMetrics metrics, Network network, SharedTokens shared, Ticker ticker) {
        this.metrics = metrics;
        this.network = network;
        this.shared = shared;
        this.ticker = ticker;
    }

    /**
     * Opens a registry; nothing is sent before the first request.
     *
     * @param settings how to reach it; its origin and redirect hosts are {@code http} or {@code https} URLs with a host
     */
    public Registry open(RegistrySettings settings) {
        Destinations destinations = new Destinations(
                Origin.of(settings.origin()),
                settings.redirectHosts().stream().map(Origin::of).collect(Collectors.toUnmodifiableSet()));
        Wire wire = new Wire(settings, network, metrics, ticker);
        opened.add(wire);
        return new HttpRegistry(settings.route(), destinations, wire, accounts(settings, destinations, wire), metrics);
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
        for (Credential credential : settings.credentials()) {
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
            List<Credential> credentials,
            RegistrySettings settings,
            Destinations destinations,
            Wire wire) {
        Authorizer authorizer = new Authorizer(
                credentials, destinations, new TokenEndpoint(wire), tokens(settings, credentials), ticker);
        return new Account(settings.route(), position, authorizer, ticker, metrics);
    }

    private Tokens tokens(RegistrySettings settings, List<Credential> credentials) {
        Authorization credential =
                credentials.stream().findFirst().map(Authorization::basic).orElse(Authorization.NONE);
        return new Tokens(ticker, shared, key -> TokenName.of(settings.route(), key, credential));
    }

    /** Closes every connection of every registry; what is under way fails. */
    @Override
    public void dispose() {
        opened.forEach(Wire::dispose);
        network.dispose();
    }
}
