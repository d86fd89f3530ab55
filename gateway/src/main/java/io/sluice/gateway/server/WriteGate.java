package io.sluice.gateway.server;

import io.sluice.gateway.error.ErrorAnswer;
import io.sluice.gateway.error.ErrorAnswers;
import io.sluice.oci.DistributionRequestParser;
import io.sluice.oci.OciError;
import java.util.Map;
import org.springframework.context.ApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Refuses to write: every method but GET and HEAD is 405 on every path of the protocol, before anything looks at the
 * path, and whatever a header says the method was meant to be (C15, T40). The body is not read.
 */
final class WriteGate implements WebFilter, Ordered {

    /** The answer to a method that this registry does not have. */
    static final ErrorAnswer METHOD_NOT_ALLOWED = new ErrorAnswer(
            405,
            new OciError(OciError.Code.UNSUPPORTED, "this registry is read-only: expected GET or HEAD", null),
            Map.of("Allow", "GET, HEAD"));

    private final ApplicationContext mainContext;

    /** @param mainContext the context of the main port; the management port inherits this bean and leaves it alone */
    WriteGate(ApplicationContext mainContext) {
        this.mainContext = mainContext;
    }

    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE + 1;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        if (mainContext.equals(exchange.getApplicationContext()) && isWrite(exchange.getRequest())) {
            return ErrorAnswers.write(exchange, METHOD_NOT_ALLOWED);
        }
        return chain.filter(exchange);
    }

    private static boolean isWrite(ServerHttpRequest request) {
        HttpMethod method = request.getMethod();
        boolean read = method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD);
        return !read && DistributionRequestParser.claims(request.getURI().getRawPath());
    }
}
