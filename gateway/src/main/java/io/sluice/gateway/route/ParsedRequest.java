package io.sluice.gateway.route;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import io.sluice.oci.DistributionRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import reactor.netty.http.server.HttpServerRequest;

/**
 * A request that was parsed when it came, on its way to the exchange that is made of it: so it is parsed once, whichever way
 * it goes.
 *
 * @param target the request target that it was parsed from
 * @param request what it says
 */
record ParsedRequest(String target, DistributionRequest request) {

    private static final AttributeKey<@Nullable ParsedRequest> LAST = AttributeKey.valueOf(ParsedRequest.class, "last");

    /** Leaves it with the connection, for the exchange that comes next. */
    void leaveWith(Channel connection) {
        connection.attr(LAST).set(this);
    }

    /** What was parsed from the target of this request, or null. */
    static @Nullable DistributionRequest of(ServerHttpRequest request) {
        HttpServerRequest connected = ServerHttpRequestDecorator.getNativeRequest(request);
        Taken taken = new Taken();
        connected.withConnection(
                connection -> taken.parsed = connection.channel().attr(LAST).getAndSet(null));
        ParsedRequest parsed = taken.parsed;
        return parsed != null && parsed.target.equals(connected.uri()) ? parsed.request : null;
    }

    private static final class Taken {

        private @Nullable ParsedRequest parsed;
    }
}
