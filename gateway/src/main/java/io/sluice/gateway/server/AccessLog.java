package io.sluice.gateway.server;

import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.AsciiString;
import io.sluice.gateway.error.ErrorAnswers;
import io.sluice.gateway.metrics.GatewayMetrics;
import io.sluice.gateway.metrics.Outcome;
import io.sluice.gateway.metrics.PullRecord;
import io.sluice.oci.DistributionRequestParser;
import java.net.URI;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
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

    static final AsciiString API_VERSION_HEADER = AsciiString.cached("Docker-Distribution-Api-Version");
    static final String API_VERSION = "registry/2.0";

    /** The name of its logger. */
    static final String LOGGER = "sluice.access";

    private static final AsciiString REQUEST_ID = AsciiString.cached(ErrorAnswers.REQUEST_ID);
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
        URI uri = request.getURI();
        String id = RequestId.of(request.getHeaders().getFirst(ErrorAnswers.REQUEST_ID));
        HttpHeaders headers = exchange.getResponse().getHeaders();
        describe(
                (name, value) -> headers.set(name.toString(), value),
                id,
                DistributionRequestParser.claims(uri.getRawPath()));
        Asked asked = new Asked(id, request.getMethod().name(), uri.getRawPath(), uri.getRawQuery(), System.nanoTime());
        onEnd(request, transfer -> ended(asked, PullRecord.of(exchange), transfer));
    }

    private static void describe(BiConsumer<AsciiString, String> headers, String id, boolean isOfProtocol) {
        headers.accept(REQUEST_ID, id);
        if (isOfProtocol) {
            headers.accept(API_VERSION_HEADER, API_VERSION);
        }
    }

    /**
     * Begins with a pull that never becomes an exchange, because memory has the answer; gives the answer its headers.
     *
     * @param begun when the request came, {@link System#nanoTime}
     * @return takes how the answer left
     */
    Consumer<Transfer> fromMemory(HttpRequest request, FastPath.Answer answer, long begun) {
        String id = RequestId.of(request.headers().get(REQUEST_ID));
        describe(answer.response().headers()::add, id, true);
        String target = request.uri();
        int query = target.indexOf('?');
        Asked asked =
                new Asked(id, request.method().name(), target, query < 0 ? null : target.substring(query + 1), begun);
        return transfer -> ended(asked, Optional.of(answer.pull()), transfer);
    }

    /**
     * A request.
     *
     * @param path the path, whether or not the query stands behind it
     * @param begun when it came, {@link System#nanoTime}
     */
    private record Asked(
            String id, String method, String path, @Nullable String query, long begun) {}

    private static void onEnd(ServerHttpRequest request, Consumer<Transfer> listener) {
        HttpServerRequest connected = ServerHttpRequestDecorator.getNativeRequest(request);
        connected.withConnection(connection -> TransferMeter.onEnd(connection.channel(), listener));
    }

    private void ended(Asked asked, Optional<PullRecord> begun, Transfer transfer) {
        boolean head = asked.method().equals(HttpMethod.HEAD.name());
        Transfer sent = head ? new Transfer(transfer.status(), 0, transfer.complete()) : transfer;
        Optional<PullRecord> pull = begun.map(record -> judged(record, sent));
        pull.ifPresent(record -> count(record, sent));
        long millis = (System.nanoTime() - asked.begun()) / 1_000_000;
        log.info(
                "{}",
                new AccessLine(
                        asked.id(),
                        asked.method(),
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
