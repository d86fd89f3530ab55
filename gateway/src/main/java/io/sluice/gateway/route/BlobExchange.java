package io.sluice.gateway.route;

import io.sluice.gateway.pull.PullTarget;
import io.sluice.gateway.pull.Wanted;
import io.sluice.oci.Digest;
import io.sluice.oci.RangeRequest;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.server.HttpServerRequest;

/** What the client of an exchange wants of a blob. */
final class BlobExchange {

    private BlobExchange() {}

    /** The whole or ranges, to be written to the client. */
    static Wanted wanted(ServerWebExchange exchange, PullTarget target, Digest digest) {
        return new Wanted(
                target,
                digest,
                rangeOf(exchange, digest),
                blob -> BlobResponse.write(exchange, blob),
                Schedulers.fromExecutor(eventLoop(exchange)));
    }

    /** The range to ask for; one that is bound to other content than this is passed over. */
    private static RangeRequest rangeOf(ServerWebExchange exchange, Digest digest) {
        HttpHeaders headers = exchange.getRequest().getHeaders();
        String condition = headers.getFirst(HttpHeaders.IF_RANGE);
        boolean applies = condition == null || condition.strip().equals(EntityTag.of(digest));
        return applies ? RangeRequest.parse(headers.getFirst(HttpHeaders.RANGE)) : RangeRequest.WHOLE;
    }

    /** Of many who wait for the same byte, each goes on where its own connection is at home, without a detour. */
    private static Executor eventLoop(ServerWebExchange exchange) {
        HttpServerRequest connected = ServerHttpRequestDecorator.getNativeRequest(exchange.getRequest());
        AtomicReference<Executor> loop = new AtomicReference<>();
        connected.withConnection(connection -> loop.set(connection.channel().eventLoop()));
        return Objects.requireNonNull(loop.get());
    }
}
