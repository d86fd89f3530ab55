package io.sluice.gateway.it;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Stands directly in front of the filter that forwards requests as they came, and remembers what got so far. */
final class ForwardingProbe implements GlobalFilter, Ordered {

    private final List<String> forwarded = new CopyOnWriteArrayList<>();

    List<String> forwarded() {
        return List.copyOf(forwarded);
    }

    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE - 1;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        forwarded.add(
                exchange.getRequest().getMethod() + " " + exchange.getRequest().getURI());
        return chain.filter(exchange);
    }
}
