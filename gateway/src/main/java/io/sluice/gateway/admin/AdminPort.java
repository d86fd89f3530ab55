package io.sluice.gateway.admin;

import io.sluice.gateway.error.PullException;
import io.sluice.gateway.metrics.GatewayMetrics;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * {@code POST /admin/forget} and {@code POST /admin/refresh} on the management port, and nowhere else. Whatever is asked,
 * done or refused is logged and counted.
 */
public final class AdminPort implements WebFilter, Ordered {

    private static final Logger log = LoggerFactory.getLogger(AdminPort.class);

    private static final String PREFIX = "/admin/";
    private static final int MAX_BODY = 16 * 1024;
    private static final int MAX_LOGGED = 500;
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Duration BODY_LIMIT = Duration.ofSeconds(10);

    private final ApplicationContext mainContext;
    private final AdminGuard guard;
    private final AdminActions actions;
    private final GatewayMetrics metrics;

    /** @param mainContext the context of the port for clients, where this does nothing */
    public AdminPort(ApplicationContext mainContext, AdminGuard guard, AdminActions actions, GatewayMetrics metrics) {
        this.mainContext = mainContext;
        this.guard = guard;
        this.actions = actions;
        this.metrics = metrics;
        if (!guard.isOpen()) {
            log.info(
                    "{}forget and {}refresh are off: the management port is not on loopback,"
                            + " and sluice.admin.token is not set",
                    PREFIX,
                    PREFIX);
        }
    }

    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE + 2;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        String path = exchange.getRequest().getURI().getRawPath();
        if (mainContext.equals(exchange.getApplicationContext())) {
            return chain.filter(exchange);
        }
        return switch (path) {
            case PREFIX + "forget" -> serve(exchange, "forget");
            case PREFIX + "refresh" -> serve(exchange, "refresh");
            default -> chain.filter(exchange);
        };
    }

    private Mono<Void> serve(ServerWebExchange exchange, String action) {
        return guard.refusal(exchange.getRequest())
                .map(Mono::just)
                .orElseGet(() -> body(exchange).flatMap(body -> act(exchange, action, body)))
                .timeout(LIMIT)
                .onErrorResume(failure -> Mono.just(ofFailure(failure)))
                .flatMap(answer -> write(exchange, action, answer));
    }

    private static Mono<byte[]> body(ServerWebExchange exchange) {
        return DataBufferUtils.join(exchange.getRequest().getBody(), MAX_BODY)
                .map(AdminPort::bytes)
                .defaultIfEmpty(new byte[0])
                .timeout(BODY_LIMIT);
    }

    private static byte[] bytes(DataBuffer buffer) {
        byte[] bytes = new byte[buffer.readableByteCount()];
        buffer.read(bytes);
        DataBufferUtils.release(buffer);
        return bytes;
    }

    private Mono<AdminAnswer> act(ServerWebExchange exchange, String action, byte[] body) {
        AdminRequest request = AdminRequest.parse(body);
        Mono<AdminAnswer> answer = action.equals("forget") ? actions.forget(request) : actions.refresh(request);
        return answer.onErrorResume(failure -> Mono.just(ofFailure(failure)))
                .doOnNext(done -> log.info(
                        "{} of {} by {}: {} {}",
                        action,
                        request,
                        exchange.getRequest().getRemoteAddress(),
                        done.status(),
                        shortened(done.body().toString())));
    }

    /** Of a repository with thousands of tags the log has the first ones. */
    private static String shortened(String text) {
        return text.length() <= MAX_LOGGED ? text : text.substring(0, MAX_LOGGED) + "…";
    }

    private static AdminAnswer ofFailure(Throwable failure) {
        return switch (failure) {
            case PullException e -> AdminAnswer.refused(502, e.getMessage());
            case DataBufferLimitException e -> AdminAnswer.refused(413, "expected at most " + MAX_BODY + " bytes");
            case IllegalArgumentException e -> AdminAnswer.refused(400, String.valueOf(e.getMessage()));
            case TimeoutException e -> AdminAnswer.refused(504, "it takes too long; some of it may be done");
            default -> AdminAnswer.refused(500, failure.getClass().getSimpleName());
        };
    }

    private Mono<Void> write(ServerWebExchange exchange, String action, AdminAnswer answer) {
        metrics.adminAction(action, answer.status());
        if (answer.status() != 200) {
            log.warn("{} by {} was refused: {}", action, exchange.getRequest().getRemoteAddress(), answer.body());
        }
        ServerHttpResponse response = exchange.getResponse();
        byte[] json = answer.json();
        response.setStatusCode(HttpStatusCode.valueOf(answer.status()));
        response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
        response.getHeaders().setContentLength(json.length);
        if (answer.status() == 401) {
            response.getHeaders().set(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
        }
        if (answer.status() == 405) {
            response.getHeaders().put(HttpHeaders.ALLOW, List.of("POST"));
        }
        return response.writeWith(Mono.just(response.bufferFactory().wrap(json)));
    }
}
