package io.sluice.gateway.upstream;

import io.netty.resolver.NoopAddressResolverGroup;
import io.sluice.gateway.upstream.TransportSettings.Proxy;
import io.sluice.gateway.upstream.credential.Credential;
import io.sluice.gateway.upstream.credential.CredentialSettings.PasswordFile;
import io.sluice.gateway.upstream.credential.SecretFile;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.netty.transport.ClientTransport;
import reactor.netty.transport.ProxyProvider;

/**
 * The proxy of a route. It is asked to CONNECT for every request, also for plain HTTP, so that it sees neither a credential of
 * the registry nor a path. The name of the host behind it is resolved by the proxy alone, which also decides what addresses may
 * be reached.
 */
final class RouteProxy {

    private static final Logger log = LoggerFactory.getLogger(RouteProxy.class);

    private final String route;
    private final Proxy settings;
    private final ProxyAddress address;
    private final Duration limit;
    private volatile @Nullable Credential credential;

    /** Reads the password file, if there is one; blocks. */
    RouteProxy(String route, Proxy settings, Network network, Duration limit) {
        this.route = route;
        this.settings = settings;
        this.address = new ProxyAddress(network.resolver(Dial.CONFIGURED));
        this.limit = limit;
        refresh();
    }

    boolean isFor(String host) {
        return !settings.excepts(host);
    }

    /** The client, going through the proxy. */
    <T extends ClientTransport<T, ?>> T through(T client) {
        return client.resolver(NoopAddressResolverGroup.INSTANCE)
                .proxy(this::describe)
                .doOnChannelInit(
                        (observer, channel, remote) -> channel.pipeline().addFirst("proxyAddress", address));
    }

    private void describe(ProxyProvider.TypeSpec proxy) {
        Credential now = credential;
        ProxyProvider.Builder builder = proxy.type(ProxyProvider.Proxy.HTTP)
                .socketAddress(() -> InetSocketAddress.createUnresolved(settings.host(), settings.port()))
                .connectTimeoutMillis(limit.toMillis());
        if (now != null) {
            builder.username(now.username()).password(username -> password(now));
        }
    }

    /** The one of now, whenever a connection is made. */
    private String password(Credential before) {
        Credential now = credential;
        return now == null ? before.password() : now.password();
    }

    /** Reads the password file again, and keeps what was if it cannot be read; blocks. */
    void refresh() {
        if (settings.credential() instanceof Credential fixed) {
            credential = fixed;
        } else if (settings.credential() instanceof PasswordFile file) {
            read(file);
        }
    }

    private void read(PasswordFile file) {
        try {
            credential = new Credential(file.username(), SecretFile.read(file.file()));
        } catch (IOException e) {
            log.warn("{}: the password file of the proxy cannot be read or is empty", route);
        }
    }
}
