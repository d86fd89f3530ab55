package io.sluice.gateway.server;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.sluice.gateway.error.ErrorAnswers;
import io.sluice.gateway.metrics.GatewayMetrics;
import io.sluice.gateway.metrics.Outcome;
import io.sluice.gateway.metrics.PullRecord;
import io.sluice.oci.DistributionRequestParser;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;

/**
 * One line and one count for each request, when the last byte of its answer has left or its connection has ended: so the
 * line tells what the client got, whoever wrote it. Gives every request its id, and every answer of the protocol the
 * header that names the protocol.
 */
final class AccessLog implements WebFilter, Ordered {

    static final String API_VERSION_HEADER = "Docker-Distribution-Api-Version";
    static final String API_VERSION = "registry/2.0";

    /** The name of its logger. */
    static final String LOGGER = "sluice.access";

    private static final Logger log = LoggerFactory.getLogger(LOGGER);

    private final ApplicationContext mainContext;
    private final GatewayMetrics metrics;

    /** @param mainContext the context of the main port; the management port inherits this bean and leaves it alone */
    AccessLog(ApplicationContext mainContext, GatewayMetrics metrics) {
        this.mainContext = mainContext;
        this.metrics = metrics;
    }

    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        if (mainContext.equals(exchange.getApplicationContext())) {
            begin(exchange);
        }
        return chain.filter(exchange);
    }

    /** Tells of a request that never became an exchange. */
    void refused(HttpRequest request, int status) {
        log.info(new AccessLine(
                        RequestId.next(),
                        request.method().name(),
                        request.uri(),
                        null,
                        new Transfer(status, 0, true),
                        Optional.empty(),
                        0)
                .toString());
    }

    private void begin(ServerWebExchange exchange) {
        ServerHttpRequest request = exchange.getRequest();
        String id = RequestId.of(request.getHeaders().getFirst(ErrorAnswers.REQUEST_ID));
        long begun = System.nanoTime();
        exchange.getResponse().getHeaders().set(ErrorAnswers.REQUEST_ID, id);
        if (DistributionRequestParser.claims(request.getURI().getRawPath())) {
            exchange.getResponse().getHeaders().set(API_VERSION_HEADER, API_VERSION);
        }
        Asked asked = new Asked(
                id,
                request.getMethod(),
                request.getURI().getRawPath(),
                request.getURI().getRawQuery(),
                begun);
        onEnd(request, transfer -> ended(asked, PullRecord.of(exchange), transfer));
    }

    /**
     * Gives a request of the protocol its id, and its answer the headers that every answer has.
     *
     * @return the id
     */
    static String describe(HttpRequest request, HttpHeaders answer) {
        String id = RequestId.of(request.headers().get(ErrorAnswers.REQUEST_ID));
        answer.set(ErrorAnswers.REQUEST_ID, id);
        answer.set(API_VERSION_HEADER, API_VERSION);
        return id;
    }

    /** Tells of a pull that never became an exchange, because memory had the answer. */
    void answered(HttpRequest request, String id, long begun, PullRecord pull, Transfer transfer) {
        String uri = request.uri();
        int query = uri.indexOf('?');
        ended(
                new Asked(
                        id,
                        HttpMethod.valueOf(request.method().name()),
                        query < 0 ? uri : uri.substring(0, query),
                        query < 0 ? null : uri.substring(query + 1),
                        begun),
                Optional.of(pull),
                transfer);
    }

    /** A request. */
    private record Asked(
            String id,
            HttpMethod method,
            String path,
            @Nullable String query,
            long begun) {}

    private static void onEnd(ServerHttpRequest request, Consumer<Transfer> listener) {
        HttpServerRequest connected = ServerHttpRequestDecorator.getNativeRequest(request);
        connected.withConnection(connection -> TransferMeter.onEnd(connection.channel(), listener));
    }

    private void ended(Asked asked, Optional<PullRecord> begun, Transfer transfer) {
        boolean head = asked.method().equals(HttpMethod.HEAD);
        Transfer sent = head ? new Transfer(transfer.status(), 0, transfer.complete()) : transfer;
        Optional<PullRecord> pull = begun.map(record -> judged(record, sent));
        pull.ifPresent(record -> count(record, sent));
        long millis = (System.nanoTime() - asked.begun()) / 1_000_000;
        log.info(
                "{}",
                new AccessLine(
                        asked.id(),
                        asked.method().name(),
                        asked.path(),
                        AccessLine.namespaceIn(asked.query()),
                        sent,
                        pull,
                        millis));
    }

    /** A pull that was refused or cut short did not succeed, however it began. */
    private static PullRecord judged(PullRecord record, Transfer transfer) {
        boolean told = record.outcome() == Outcome.DENIED;
        boolean succeeded = transfer.complete() && transfer.status() < 400;
        return told || succeeded ? record : record.with(Outcome.ERROR);
    }

    private void count(PullRecord record, Transfer transfer) {
        metrics.pull(record.route(), record.kind(), record.outcome());
        metrics.served(record.route(), record.kind(), transfer.bytes());
    }
}
