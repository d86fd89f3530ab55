package io.sluice.gateway.it;

import java.util.concurrent.atomic.AtomicLong;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Stands in front of all filters of Spring Cloud Gateway, and counts the requests that come to a route of its. */
final class RoutingProbe implements GlobalFilter, Ordered {

    private final AtomicLong routed = new AtomicLong();

    long routed() {
        return routed.get();
    }

    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        routed.incrementAndGet();
        return chain.filter(exchange);
    }
}
