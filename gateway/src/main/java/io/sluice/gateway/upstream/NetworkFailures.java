package io.sluice.gateway.upstream;

import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.DecoderException;
import io.sluice.gateway.error.CallRejectedException;
import io.sluice.gateway.error.PullException;
import io.sluice.gateway.error.UpstreamProtocolException;
import io.sluice.gateway.error.UpstreamTimeoutException;
import io.sluice.gateway.error.UpstreamUnreachableException;
import io.sluice.gateway.error.UpstreamUnreachableException.Reason;
import io.sluice.gateway.upstream.RegistrySettings.Timeouts;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import reactor.netty.internal.shaded.reactor.pool.PoolAcquirePendingLimitException;
import reactor.netty.internal.shaded.reactor.pool.PoolAcquireTimeoutException;

/**
 * Says in the gateway's words what the network, TLS, the resolver, the connection pool or the HTTP codec reported.
 *
 * <p>The errors of the pool are of a package that Reactor Netty calls internal; it offers no others.
 *
 * @param timeouts the limits that are named when one of them was exceeded
 */
record NetworkFailures(Timeouts timeouts) {

    /** After it a call that found no connection may find one. */
    private static final Duration A_MOMENT = Duration.ofSeconds(1);

    /**
     * @param host whom the request was for
     * @param failure what was reported
     */
    PullException explain(String host, Throwable failure) {
        return switch (failure) {
            case PullException e -> e;
            case PoolAcquireTimeoutException ignored ->
                new CallRejectedException(host, CallRejectedException.Reason.QUEUE_TIMEOUT, A_MOMENT);
            case PoolAcquirePendingLimitException ignored ->
                new CallRejectedException(host, CallRejectedException.Reason.QUEUE_FULL, A_MOMENT);
            case TimeoutException ignored ->
                new UpstreamTimeoutException(host, "the first header", timeouts.firstHeader());
            case ForbiddenAddressException ignored ->
                new UpstreamProtocolException("the address of " + host + " is not public");
            case UnknownHostException e -> new UpstreamUnreachableException(host, Reason.UNRESOLVED, e);
            case ConnectTimeoutException e -> new UpstreamUnreachableException(host, Reason.CONNECT_TIMEOUT, e);
            case ConnectException e -> new UpstreamUnreachableException(host, Reason.REFUSED, e);
            case NoRouteToHostException e -> new UpstreamUnreachableException(host, Reason.REFUSED, e);
            case SSLException e -> new UpstreamUnreachableException(host, Reason.TLS, e);
            case DecoderException e -> explain(host, e.getCause() instanceof SSLException tls ? tls : notHttp(host));
            case MalformedAnswerException ignored -> notHttp(host);
            default -> new UpstreamUnreachableException(host, Reason.BROKEN, failure);
        };
    }

    private static UpstreamProtocolException notHttp(String host) {
        return new UpstreamProtocolException(host + " sent an answer that is not well-formed HTTP");
    }
}
