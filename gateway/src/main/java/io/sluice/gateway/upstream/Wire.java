package io.sluice.gateway.upstream;

import com.github.benmanes.caffeine.cache.Ticker;
import io.sluice.gateway.metrics.GatewayMetrics;
import io.sluice.oci.Digest;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;

/**
 * Sends requests of one route, each to one host, and follows nothing. A request that no answer came of, or one in a
 * content encoding, is repeated once on a connection that nobody has used before (U01, U13, U28). A blob that came wrong
 * lately takes such a one at once (T01).
 */
final class Wire implements Disposable {

    private final RegistrySettings settings;
    private final Edges edges = new Edges(Ticker.systemTicker());
    private final Reach reach;
    private final Connections connections;
    private final GatewayMetrics metrics;

    Wire(RegistrySettings settings, Network network, Reach reach, GatewayMetrics metrics) {
        this.settings = settings;
        this.connections = new Connections(settings, network, reach, edges, metrics);
        this.reach = reach;
        this.metrics = metrics;
    }

    /**
     * Sends a request; never empty.
     *
     * @param reader reads a 2xx answer; called at most once
     */
    <T> Mono<Answer<T>> exchange(Call call, ResponseReader<T> reader) {
        HttpClient first = edges.isSuspect(call.blob()) ? connections.unused(call) : connections.pooled(call);
        return attempt(call, reader, first)
                .onErrorResume(Unanswered.class, failure -> attempt(call, reader, connections.unused(call)))
                .onErrorMap(Unanswered.class, Unanswered::failure);
    }

    /** What came for a blob was wrong. */
    void distrust(Digest blob) {
        edges.distrust(blob);
    }

    private <T> Mono<Answer<T>> attempt(Call call, ResponseReader<T> reader, HttpClient client) {
        return Mono.defer(() -> new Attempt<>(call, reader, settings, reach, edges, metrics).send(client));
    }

    @Override
    public void dispose() {
        connections.dispose();
        reach.dispose();
    }
}
