package io.sluice.gateway.upstream;

import com.github.benmanes.caffeine.cache.Ticker;
import io.sluice.gateway.error.CallRejectedException;
import io.sluice.gateway.metrics.UpstreamMetrics;
import io.sluice.oci.Digest;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;

/**
 * Sends requests of one route, each to one host, and follows nothing. A request that no answer came of, or one in a
 * content encoding, or one that says that the host is in trouble, is repeated once on a connection that nobody has used
 * before, as far as there is a budget for it (U01, U13, U21, U23, U28). A blob that came wrong lately takes such a
 * connection at once (T01). A host that fails too often is left alone by its {@link Guard}.
 */
final class Wire implements Disposable {

    private final RegistrySettings settings;
    private final Edges edges;
    private final Guards guards;
    private final Reach reach;
    private final Connections connections;
    private final UpstreamMetrics metrics;

    Wire(RegistrySettings settings, Network network, Reach reach, UpstreamMetrics metrics, Ticker ticker) {
        this.settings = settings;
        this.reach = reach;
        this.edges = new Edges(ticker);
        this.guards = new Guards(settings.route(), ticker, metrics);
        this.connections = new Connections(settings, network, reach, edges, metrics);
        this.metrics = metrics;
    }

    /**
     * Sends a request; never empty. Fails with {@link CallRejectedException} if the host is not to be asked now.
     *
     * @param reader reads a 2xx answer; called at most once
     */
    <T> Mono<Answer<T>> exchange(Call call, ResponseReader<T> reader) {
        return Mono.defer(() -> {
            Guard guard = guards.of(call.url());
            Permit permit = enter(guard);
            return first(call, reader, permit)
                    .flatMap(first -> orOnceMore(first, call, reader, guard, permit))
                    .doOnNext(answer -> tell(permit, answer))
                    .doOnError(permit::failed)
                    .doFinally(end -> permit.released());
        });
    }

    private Permit enter(Guard guard) {
        try {
            return guard.enter();
        } catch (CallRejectedException e) {
            metrics.rejection(settings.route(), RequestRecord.label(e.reason()));
            throw e;
        }
    }

    /**
     * What came of a first attempt.
     *
     * @param outcome it
     * @param retry the reason to make another one, or null
     */
    private record First<T>(
            Mono<Answer<T>> outcome, @Nullable Retry retry) {

        static <T> First<T> of(Answer<T> answer) {
            return new First<>(Mono.just(answer), Retry.after(answer));
        }

        static <T> First<T> of(Unanswered failure) {
            return new First<>(Mono.error(failure.failure()), Retry.after(failure));
        }
    }

    private <T> Mono<First<T>> first(Call call, ResponseReader<T> reader, Permit permit) {
        HttpClient client = edges.isSuspect(call.blob()) ? connections.unused(call) : connections.pooled(call);
        return attempt(call, reader, permit, client)
                .map(First::of)
                .onErrorResume(Unanswered.class, failure -> Mono.just(First.of(failure)));
    }

    private <T> Mono<Answer<T>> orOnceMore(
            First<T> first, Call call, ResponseReader<T> reader, Guard guard, Permit permit) {
        Retry retry = first.retry();
        if (retry == null) {
            return first.outcome();
        }
        if (!retry.isFree() && !guard.mayRepeat()) {
            metrics.rejection(settings.route(), "retry_budget");
            return first.outcome();
        }
        metrics.retry(settings.route(), retry.reason());
        Mono<Answer<T>> second = Mono.defer(() -> attempt(call, reader, permit, connections.unused(call)))
                .onErrorMap(Unanswered.class, Unanswered::failure);
        return retry.pause().isZero() ? second : Mono.delay(retry.pause()).then(second);
    }

    private static void tell(Permit permit, Answer<?> answer) {
        permit.answered(answer instanceof Answer.Refused<?> refused ? refused.status() : 200);
    }

    /** The wait that the host of a URL asked for. */
    Backoff backoff(URI url) {
        return guards.of(url).backoff();
    }

    /** What came for a blob was wrong. */
    void distrust(Digest blob) {
        edges.distrust(blob);
    }

    private <T> Mono<Answer<T>> attempt(Call call, ResponseReader<T> reader, Permit permit, HttpClient client) {
        return Mono.defer(() -> new Attempt<>(call, reader, permit, settings, reach, edges, metrics).send(client));
    }

    @Override
    public void dispose() {
        connections.dispose();
        reach.dispose();
    }
}
