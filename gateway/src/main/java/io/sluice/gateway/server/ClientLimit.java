package io.sluice.gateway.server;

import io.sluice.gateway.error.ErrorAnswer;
import io.sluice.gateway.error.ErrorAnswers;
import io.sluice.gateway.metrics.GatewayMetrics;
import io.sluice.oci.DistributionRequestParser;
import io.sluice.oci.OciError;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;

/**
 * Bounds how many requests of one address are being answered at once, so that no client takes the cache from all others
 * (T38). Of an IPv6 address its network of 64 bits counts: whoever has one address of it has all.
 */
final class ClientLimit implements WebFilter, Ordered {

    private static final int NETWORK_BYTES = 8;

    private final int limit;
    private final ApplicationContext mainContext;
    private final GatewayMetrics metrics;
    private final ErrorAnswer refusal;

    /** How many are under way; no more addresses than there are connections. */
    private final Map<ByteBuffer, Integer> running = new ConcurrentHashMap<>();

    /** @param mainContext the context of the main port; the management port inherits this bean and leaves it alone */
    ClientLimit(int limit, ApplicationContext mainContext, GatewayMetrics metrics) {
        this.limit = limit;
        this.mainContext = mainContext;
        this.metrics = metrics;
        OciError error = new OciError(
                OciError.Code.TOOMANYREQUESTS,
                "more than " + limit + " requests of your address are being answered",
                null);
        this.refusal = new ErrorAnswer(429, error, Map.of("Retry-After", "1"));
    }

    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE + 2;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        ServerHttpRequest request = exchange.getRequest();
        boolean counts = mainContext.equals(exchange.getApplicationContext())
                && DistributionRequestParser.claims(request.getURI().getRawPath());
        InetAddress client = counts ? addressOf(request.getRemoteAddress()) : null;
        return client == null ? chain.filter(exchange) : admit(exchange, chain, networkOf(client));
    }

    private static @Nullable InetAddress addressOf(@Nullable InetSocketAddress client) {
        return client == null ? null : client.getAddress();
    }

    private Mono<Void> admit(ServerWebExchange exchange, WebFilterChain chain, ByteBuffer client) {
        int count = running.merge(client, 1, Integer::sum);
        HttpServerRequest connected = ServerHttpRequestDecorator.getNativeRequest(exchange.getRequest());
        connected.withConnection(connection -> TransferMeter.onEnd(connection.channel(), transfer -> leave(client)));
        return count > limit ? refuse(exchange) : chain.filter(exchange);
    }

    private Mono<Void> refuse(ServerWebExchange exchange) {
        metrics.limitedClient();
        return ErrorAnswers.write(exchange, refusal);
    }

    private void leave(ByteBuffer client) {
        running.computeIfPresent(client, (address, count) -> count == 1 ? null : count - 1);
    }

    static ByteBuffer networkOf(InetAddress address) {
        byte[] bytes = address.getAddress();
        return ByteBuffer.wrap(bytes, 0, address instanceof Inet6Address ? NETWORK_BYTES : bytes.length);
    }
}
