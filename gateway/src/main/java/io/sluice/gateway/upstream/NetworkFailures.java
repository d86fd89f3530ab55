package io.sluice.gateway.upstream;

import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.proxy.ProxyConnectException;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import reactor.netty.internal.shaded.reactor.pool.PoolAcquirePendingLimitException;
import reactor.netty.internal.shaded.reactor.pool.PoolAcquireTimeoutException;

/**
 * Says in the gateway's words what the network, TLS, the resolver, the connection pool or the HTTP codec reported.
 *
 * <p>The errors of the pool are of a package that Reactor Netty calls internal; it offers no others.
 *
 * @param timeouts the limits that are named when one of them was exceeded
 * @param proxied whether the connection is one to a proxy
 */
record NetworkFailures(Timeouts timeouts, boolean proxied) {

    /** After it a call that found no connection may find one. */
    private static final Duration A_MOMENT = Duration.ofSeconds(1);

    /** How Netty tells the status of a proxy. */
    private static final Pattern PROXY_STATUS = Pattern.compile("status: ([1-5]\\d{2})\\b");

    /**
     * @param host whom the request was for
     * @param failure what was reported
     */
    PullException explain(String host, Throwable failure) {
        ProxyConnectException ofProxy = ofProxy(failure);
        return ofProxy == null
                ? explainUnproxied(host, failure)
                : UpstreamUnreachableException.behindProxy(host, saidByProxy(ofProxy), ofProxy);
    }

    private PullException explainUnproxied(String host, Throwable failure) {
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
            case UnknownHostException e -> notConnected(host, Reason.UNRESOLVED, e);
            case ConnectTimeoutException e -> notConnected(host, Reason.CONNECT_TIMEOUT, e);
            case ConnectException e -> notConnected(host, Reason.REFUSED, e);
            case NoRouteToHostException e -> notConnected(host, Reason.REFUSED, e);
            case SSLException e -> new UpstreamUnreachableException(host, Reason.TLS, e);
            case DecoderException e -> explain(host, e.getCause() instanceof SSLException tls ? tls : notHttp(host));
            case MalformedAnswerException ignored -> notHttp(host);
            default -> new UpstreamUnreachableException(host, Reason.BROKEN, failure);
        };
    }

    private UpstreamUnreachableException notConnected(String host, Reason reason, Throwable failure) {
        return proxied
                ? UpstreamUnreachableException.behindProxy(host, "the proxy itself could not be reached", failure)
                : new UpstreamUnreachableException(host, reason, failure);
    }

    /** TLS, which was to begin behind the proxy, may have wrapped it up. */
    private static @Nullable ProxyConnectException ofProxy(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ProxyConnectException found) {
                return found;
            }
        }
        return null;
    }

    /** The status alone: what else a proxy says is not repeated. */
    private static String saidByProxy(ProxyConnectException failure) {
        Matcher status = PROXY_STATUS.matcher(String.valueOf(failure.getMessage()));
        return status.find() ? "the proxy answered " + status.group(1) : "the proxy gave no connection";
    }

    private static UpstreamProtocolException notHttp(String host) {
        return new UpstreamProtocolException(host + " sent an answer that is not well-formed HTTP");
    }
}
