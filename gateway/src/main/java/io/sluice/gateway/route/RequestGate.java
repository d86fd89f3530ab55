package io.sluice.gateway.route;

import io.sluice.gateway.error.ProxyLoopException;
import io.sluice.oci.DistributionRequest;
import io.sluice.oci.DistributionRequest.Ping;
import io.sluice.oci.DistributionRequest.RepositoryRequest;
import io.sluice.oci.DistributionRequestParser;
import io.sluice.oci.MalformedRequestException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Predicate;
import org.springframework.context.ApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Has every request of the protocol parsed, once, in front of the routes: what is malformed ends here and nothing of it goes
 * upstream; the ping is answered here; everything else goes on with the parsed request attached, and the routing that holds
 * now.
 */
final class RequestGate implements WebFilter, Ordered {

    /** Behind the access log and the gate for writes, in front of everything else. */
    static final int ORDER = Ordered.HIGHEST_PRECEDENCE + 1000;

    private static final byte[] PONG = "{}".getBytes(StandardCharsets.US_ASCII);

    private final CurrentRouting routes;
    private final Predicate<List<String>> isOurOwn;
    private final ApplicationContext context;

    /**
     * @param isOurOwn whether the values of {@code Via} name this process
     * @param context the main one; the filters of the management port's context are the same beans
     */
    RequestGate(CurrentRouting routes, Predicate<List<String>> isOurOwn, ApplicationContext context) {
        this.routes = routes;
        this.isOurOwn = isOurOwn;
        this.context = context;
    }

    @Override
    public int getOrder() {
        return ORDER;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        URI uri = exchange.getRequest().getURI();
        boolean ours =
                context.equals(exchange.getApplicationContext()) && DistributionRequestParser.claims(uri.getRawPath());
        if (!ours) {
            return chain.filter(exchange);
        }
        if (isOurOwn.test(exchange.getRequest().getHeaders().getOrEmpty(HttpHeaders.VIA))) {
            return Mono.error(new ProxyLoopException());
        }
        try {
            return admit(exchange, chain, parsed(exchange.getRequest()));
        } catch (MalformedRequestException e) {
            return Mono.error(e);
        }
    }

    private static DistributionRequest parsed(ServerHttpRequest request) {
        URI uri = request.getURI();
        DistributionRequest parsed = ParsedRequest.of(request);
        return parsed == null ? DistributionRequestParser.parse(uri.getRawPath(), uri.getRawQuery()) : parsed;
    }

    private Mono<Void> admit(ServerWebExchange exchange, WebFilterChain chain, DistributionRequest request) {
        return switch (request) {
            case Ping ping -> pong(exchange);
            case RepositoryRequest pull -> {
                attach(exchange, pull, routes.get());
                yield chain.filter(exchange);
            }
        };
    }

    private static void attach(ServerWebExchange exchange, RepositoryRequest request, Routing routing) {
        RouteSettings route = routing.find(request.repository()).orElse(null);
        String namespace = request.repository().namespace();
        if (route != null && namespace != null) {
            PullResponse.headers(exchange).describeNamespace(namespace);
        }
        new RoutedPull(request, routing, route, null, null).attachTo(exchange);
    }

    private static Mono<Void> pong(ServerWebExchange exchange) {
        ServerHttpResponse response = exchange.getResponse();
        response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
        response.getHeaders().setContentLength(PONG.length);
        return PullResponse.isHead(exchange)
                ? response.setComplete()
                : response.writeWith(Mono.just(response.bufferFactory().wrap(PONG)));
    }
}
