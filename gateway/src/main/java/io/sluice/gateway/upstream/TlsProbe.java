package io.sluice.gateway.upstream;

import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.sluice.gateway.error.PullException;
import io.sluice.gateway.error.UpstreamUnreachableException;
import io.sluice.gateway.error.UpstreamUnreachableException.Reason;
import io.sluice.gateway.upstream.TlsVerdict.State;
import java.time.Duration;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.tcp.TcpClient;

/**
 * Shakes hands with a registry, in the way of its route, and hangs up: what would fail at the first pull is told at the start
 * (T24). No request is sent.
 */
final class TlsProbe {

    /** How long a server has to complain of our certificate, which in TLS 1.3 comes after the handshake. */
    private static final Duration COMPLAINT = Duration.ofSeconds(1);

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int MAX_REASON = 200;
    private static final Pattern UNPRINTABLE = Pattern.compile("\\p{Cntrl}");

    private final RegistrySettings settings;
    private final Network network;
    private final Reach reach;
    private final Origin origin;

    TlsProbe(RegistrySettings settings, Network network, Reach reach) {
        this.settings = settings;
        this.network = network;
        this.reach = reach;
        this.origin = Origin.of(settings.origin());
    }

    /** Whether there is a TLS to look at. */
    boolean isNeeded() {
        return origin.scheme().equals("https") && !settings.offline();
    }

    /** Looks; never fails. */
    Mono<TlsVerdict> look() {
        return Mono.usingWhen(Mono.defer(() -> client().connect()), TlsProbe::listen, TlsProbe::hangUp)
                .timeout(LIMIT)
                .thenReturn(verdict(State.SECURE, ""))
                .onErrorResume(failure -> Mono.just(explain(failure)));
    }

    private TcpClient client() {
        TcpClient client = TcpClient.newConnection()
                .runOn(network.loops())
                .host(origin.host())
                .port(origin.port())
                .option(
                        ChannelOption.CONNECT_TIMEOUT_MILLIS,
                        Math.toIntExact(settings.timeouts().connect().toMillis()));
        SslContext context = reach.contexts().registry();
        TcpClient way = reach.isProxied(origin.host()) ? reach.proxied(client) : reach.direct(client, Dial.REGISTRY);
        return way.secure(tls -> tls.sslContext(context)
                .handshakeTimeout(settings.timeouts().handshake())
                .handlerConfigurator(TlsProbe::verifyHost));
    }

    private static void verifyHost(SslHandler handler) {
        SSLParameters parameters = handler.engine().getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        handler.engine().setSSLParameters(parameters);
    }

    private static Mono<Void> listen(Connection connection) {
        return connection.inbound().receive().then().timeout(COMPLAINT, Mono.empty());
    }

    private static Mono<Void> hangUp(Connection connection) {
        return Mono.fromRunnable(connection::dispose);
    }

    private TlsVerdict explain(Throwable failure) {
        NetworkFailures failures = new NetworkFailures(settings.timeouts(), reach.isProxied(origin.host()));
        PullException explained = failures.explain(origin.host(), failure);
        boolean ofTls = explained instanceof UpstreamUnreachableException unreachable
                && unreachable.reason() != Reason.PROXY
                && isOfTls(failure);
        return ofTls ? verdict(State.REFUSED, reason(failure)) : verdict(State.UNKNOWN, explained.getMessage());
    }

    private static boolean isOfTls(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SSLException) {
                return true;
            }
        }
        return false;
    }

    /** The innermost cause says most, such as which name a certificate is for. */
    private static String reason(Throwable failure) {
        Throwable innermost = failure;
        while (innermost.getCause() != null) {
            innermost = innermost.getCause();
        }
        String said = NativeTlsError.inPlainWords(String.valueOf(innermost.getMessage()));
        String text = UNPRINTABLE.matcher(said).replaceAll(" ");
        return text.length() <= MAX_REASON ? text : text.substring(0, MAX_REASON) + "…";
    }

    private TlsVerdict verdict(State state, String reason) {
        return new TlsVerdict(settings.route(), origin.authority(), state, reason);
    }
}
