package io.sluice.gateway.error;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableChannel;
import reactor.netty.http.server.HttpServerRequest;

/** Writes error answers: the one place where a failure becomes HTTP. */
public final class ErrorAnswers {

    /** Carries the id of a request back to its client, and into every line that is logged about it. */
    public static final String REQUEST_ID = "X-Request-Id";

    /** What a half-built answer may keep: everything else described a body that is not coming. */
    private static final Set<String> KEPT_HEADERS = headerNames(
            REQUEST_ID, "Docker-Distribution-Api-Version", "OCI-Namespace", "Cache-Status", HttpHeaders.CONNECTION);

    private ErrorAnswers() {}

    /**
     * Answers with an OCI error as JSON; a HEAD gets the same headers and no body. When the head of another answer has
     * left already, its connection is {@link #abort aborted}: a short body must never look like a whole one.
     */
    public static Mono<Void> write(ServerWebExchange exchange, ErrorAnswer answer) {
        ServerHttpResponse response = exchange.getResponse();
        if (response.isCommitted()) {
            return abort(exchange);
        }
        byte[] body = answer.error().toJson().getBytes(StandardCharsets.US_ASCII);
        response.setStatusCode(HttpStatusCode.valueOf(answer.status()));
        describe(response.getHeaders(), answer, body.length);
        if (exchange.getRequest().getMethod().equals(HttpMethod.HEAD)) {
            return response.setComplete();
        }
        DataBuffer buffer = response.bufferFactory().wrap(body);
        return response.writeWith(Mono.just(buffer));
    }

    /** Closes the connection of an exchange where it stands, without the end that would make its body look whole. */
    public static Mono<Void> abort(ServerWebExchange exchange) {
        HttpServerRequest request = ServerHttpRequestDecorator.getNativeRequest(exchange.getRequest());
        request.withConnection(DisposableChannel::dispose);
        return Mono.empty();
    }

    private static void describe(HttpHeaders headers, ErrorAnswer answer, int length) {
        List.copyOf(headers.headerNames()).stream()
                .filter(name -> !KEPT_HEADERS.contains(name))
                .forEach(headers::remove);
        headers.setContentType(MediaType.APPLICATION_JSON);
        headers.setContentLength(length);
        answer.headers().forEach(headers::set);
    }

    private static Set<String> headerNames(String... names) {
        Set<String> set = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        set.addAll(List.of(names));
        return set;
    }
}
