package io.sluice.gateway.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AttributeKey;
import io.sluice.gateway.error.PullException;
import io.sluice.gateway.error.UpstreamProtocolException;
import io.sluice.gateway.error.UpstreamTimeoutException;
import io.sluice.gateway.error.UpstreamUnreachableException;
import io.sluice.gateway.metrics.UpstreamMetrics;
import io.sluice.gateway.upstream.RegistrySettings.Timeouts;
import io.sluice.gateway.upstream.Unanswered.Why;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.netty.ByteBufFlux;
import reactor.netty.Connection;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;

/**
 * One request on one connection, and the judgement of its answer. The connection goes back to its pool when the whole
 * answer was read, and is closed in every other case, also when the caller leaves.
 *
 * <p>Two timers watch it: one from the moment the request is sent to the first header, one over each read of the body.
 * The waits before, for a free connection, a name, a connect and TLS, have limits of their own.
 */
final class Attempt<T> {

    /** How much of an answer that nobody reads is taken in to keep the connection, bytes. */
    static final int MAX_DRAINED_BYTES = 64 * 1_024;

    /** How long the answer to a caller may be put off for that. */
    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(1);

    /** On a channel that has carried a request before. */
    private static final AttributeKey<Boolean> USED = AttributeKey.valueOf(Attempt.class, "used");

    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    private static final int PARTIAL_CONTENT = 206;

    private final Call call;
    private final ResponseReader<T> reader;
    private final Timeouts timeouts;
    private final NetworkFailures failures;
    private final RequestRecord record;
    private final Edges edges;
    private final Sinks.Empty<Void> sent = Sinks.empty();
    private final Sinks.Empty<Void> answered = Sinks.empty();
    private final Permit permit;
    private volatile boolean onKeptConnection;
    private volatile Executor loop = Runnable::run;

    /** @param permit told of a success when its head is there: what becomes of the body says nothing of the host */
    Attempt(
            Call call,
            ResponseReader<T> reader,
            Permit permit,
            RegistrySettings settings,
            Reach reach,
            Edges edges,
            UpstreamMetrics metrics) {
        this.call = call;
        this.reader = reader;
        this.permit = permit;
        this.timeouts = settings.timeouts();
        this.edges = edges;
        this.failures = new NetworkFailures(
                timeouts, reach.isProxied(Origin.of(call.url()).host()));
        this.record = new RequestRecord(settings.route(), call, metrics);
    }

    /**
     * Sends the request.
     *
     * @return the answer; fails with {@link Unanswered} if the request may be repeated
     */
    Mono<Answer<T>> send(HttpClient client) {
        return client.doOnRequest((request, connection) -> sent(connection))
                .doOnResponse(this::noteSender)
                .headers(call::writeTo)
                .request(call.httpMethod())
                .uri(call.url())
                .response(this::receive)
                // What comes while its caller leaves is dropped, and nobody else gives its connection back.
                .doOnDiscard(Connection.class, Connection::dispose)
                // One, or none where its caller left in that very moment: an error would be logged, and help nobody.
                .singleOrEmpty()
                .flatMap(this::whenItsConnectionIsFree)
                .timeout(firstHeaderIsLate())
                .doOnCancel(record::cancelled)
                .onErrorMap(this::explain);
    }

    /**
     * Passes an answer on one turn of the event loop later. Reactor Netty tells of the end of an answer, and gives the
     * connection back only then: a request that follows at once would open another.
     */
    private Mono<Answer<T>> whenItsConnectionIsFree(Answer<T> answer) {
        return Mono.create(turn -> loop.execute(() -> turn.success(answer)));
    }

    private void sent(Connection connection) {
        loop = connection.channel().eventLoop();
        onKeptConnection = connection.channel().attr(USED).getAndSet(true) != null;
        sent.tryEmitEmpty();
    }

    private void noteSender(HttpClientResponse response, Connection connection) {
        if (call.blob() != null && isSuccess(response.status().code())) {
            edges.sends(call.blob(), connection.channel().remoteAddress());
        }
    }

    private static boolean isSuccess(int status) {
        return status >= 200 && status < 300;
    }

    /** Signals when the first header is late, and never once it is there. */
    private Mono<Long> firstHeaderIsLate() {
        return sent.asMono()
                .then(Mono.delay(timeouts.firstHeader()))
                .takeUntilOther(answered.asMono())
                .switchIfEmpty(Mono.never());
    }

    private Throwable explain(Throwable failure) {
        if (record.isAnswered()) {
            return failure;
        }
        PullException explained = failures.explain(call.host(), failure);
        record.failed(explained);
        return explained instanceof UpstreamUnreachableException unreachable ? orUnanswered(unreachable) : explained;
    }

    private RuntimeException orUnanswered(UpstreamUnreachableException failure) {
        return switch (failure.reason()) {
            case REFUSED -> new Unanswered(Why.REFUSED, failure);
            case BROKEN -> new Unanswered(onKeptConnection ? Why.STALE_CONNECTION : Why.BROKEN, failure);
            case UNRESOLVED, CONNECT_TIMEOUT, TLS, PROXY -> failure;
        };
    }

    private Publisher<Answer<T>> receive(HttpClientResponse response, ByteBufFlux content) {
        answered.tryEmitEmpty();
        int status = response.status().code();
        HttpHeaders headers = response.responseHeaders();
        record.answered(status);
        if (isSuccess(status)) {
            permit.answered(status);
            return Mono.defer(() -> read(new ResponseHead(status, headers), content));
        }
        String location = headers.get(HttpHeaderNames.LOCATION);
        Answer<T> answer = REDIRECTS.contains(status) && location != null
                ? new Answer.Redirected<>(location)
                : new Answer.Refused<>(status, headers);
        return drain(content).thenReturn(answer);
    }

    private Mono<Answer<T>> read(ResponseHead head, ByteBufFlux content) {
        if (call.isHead()) {
            return body(content)
                    .then(Mono.defer(() -> reader.read(head, Flux.empty())))
                    .as(Attempt::whatWasRead);
        }
        if (head.status() == PARTIAL_CONTENT && call.range() == null) {
            return Mono.error(
                    new UpstreamProtocolException(call.host() + " sent a part where the whole was asked for"));
        }
        if (isEncoded(head)) {
            return Mono.error(new Unanswered(
                    Why.ENCODED,
                    new UpstreamProtocolException(call.host() + " sent a content encoding that was not asked for")));
        }
        return reader.read(head, body(content)).as(Attempt::whatWasRead);
    }

    private Flux<ByteBuf> body(ByteBufFlux content) {
        return new DemandTimeout<>(content, timeouts.read(), Schedulers.parallel(), this::bodyIsLate)
                .onErrorMap(failure -> failures.explain(call.host(), failure));
    }

    private UpstreamTimeoutException bodyIsLate() {
        return new UpstreamTimeoutException(call.host(), "more of the body", timeouts.read());
    }

    private static <T> Mono<Answer<T>> whatWasRead(Mono<T> value) {
        return value.map(Optional::of).defaultIfEmpty(Optional.empty()).map(Answer.Read::new);
    }

    private static boolean isEncoded(ResponseHead head) {
        String encoding = head.header(HttpHeaderNames.CONTENT_ENCODING.toString());
        return encoding != null
                && !encoding.isBlank()
                && !HttpHeaderValues.IDENTITY.contentEqualsIgnoreCase(encoding.strip());
    }

    /** Reads what nobody wants, within limits; a failure while doing so changes nothing. */
    private static Mono<Void> drain(ByteBufFlux content) {
        return content.map(ByteBuf::readableBytes)
                .scan(0L, Long::sum)
                .takeUntil(drained -> drained > MAX_DRAINED_BYTES)
                .take(DRAIN_LIMIT)
                .onErrorComplete()
                .then();
    }
}
