package io.sluice.gateway.upstream;

import com.github.benmanes.caffeine.cache.Ticker;
import io.sluice.gateway.metrics.GatewayMetrics;
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
    private final List<Wire> opened = new CopyOnWriteArrayList<>();

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
     * Opens a registry; nothing is sent before the first request.
     *
     * @param settings how to reach it; its origin and redirect hosts are {@code http} or {@code https} URLs with a host
     */
    public Registry open(RegistrySettings settings) {
        Destinations destinations = new Destinations(
                Origin.of(settings.origin()),
                settings.redirectHosts().stream().map(Origin::of).collect(Collectors.toUnmodifiableSet()));
        Wire wire = new Wire(settings, network, metrics);
        opened.add(wire);
        Authorizer authorizer =
                new Authorizer(settings.credentials(), destinations, new TokenEndpoint(wire), tokens(settings));
        return new HttpRegistry(settings.route(), destinations, wire, authorizer, metrics);
    }

    /**
     * Whether a request was sent by one of these registries, and has come back.
     *
     * @param via the values of its {@code Via}
     */
    public boolean hasSent(Collection<String> via) {
        return network.via().isAmong(via);
    }

    private Tokens tokens(RegistrySettings settings) {
        Authorization credential = settings.credentials().stream()
                .findFirst()
                .map(Authorization::basic)
                .orElse(Authorization.NONE);
        return new Tokens(Ticker.systemTicker(), shared, key -> TokenName.of(settings.route(), key, credential));
    }

    /** Closes every connection of every registry; what is under way fails. */
    @Override
    public void dispose() {
        opened.forEach(Wire::dispose);
        network.dispose();
    }
}
