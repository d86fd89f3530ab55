package io.sluice.gateway.upstream;

import io.sluice.gateway.upstream.TransportSettings.Proxy;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;
import reactor.netty.transport.ClientTransport;

/** How one route reaches hosts: at which addresses, through which proxy, and whom it trusts there. */
final class Reach implements Disposable {

    /** How long files are believed before they are read again. */
    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private final Network network;
    private final RouteTls tls;
    private final @Nullable RouteProxy proxy;
    private final Disposable.Composite watches = Disposables.composite();

    /**
     * Reads the files of the settings; blocks.
     *
     * @param blocking where they are read again
     * @throws IllegalArgumentException if one of them is not what it should be
     */
    Reach(RegistrySettings settings, Network network, Scheduler blocking) {
        TransportSettings transport = settings.transport();
        this.network = network;
        this.tls = new RouteTls(settings.route(), transport.trust(), network.tls());
        this.proxy =
                proxy(settings.route(), transport.proxy(), settings.timeouts().connect());
        if (tls.hasFiles()) {
            watch(blocking, tls::refresh);
        }
        if (proxy != null) {
            watch(blocking, proxy::refresh);
        }
    }

    private @Nullable RouteProxy proxy(String route, @Nullable Proxy settings, Duration limit) {
        return settings == null ? null : new RouteProxy(route, settings, network, limit);
    }

    private void watch(Scheduler blocking, Runnable refresh) {
        long interval = INTERVAL.toMillis();
        watches.add(blocking.schedulePeriodically(refresh, interval, interval, TimeUnit.MILLISECONDS));
    }

    RouteTls.Contexts contexts() {
        return tls.contexts();
    }

    boolean hasProxy() {
        return proxy != null;
    }

    /** Whether a host is reached through the proxy. */
    boolean isProxied(String host) {
        return proxy != null && proxy.isFor(host);
    }

    /** The client, going directly to the addresses that may be dialled. */
    <T extends ClientTransport<T, ?>> T direct(T client, Dial dial) {
        return client.resolver(network.resolver(dial));
    }

    /** The client, going through the proxy. */
    <T extends ClientTransport<T, ?>> T proxied(T client) {
        return proxy == null ? client : proxy.through(client);
    }

    /** Reads the files again now; blocks. */
    void refresh() {
        tls.refresh();
        if (proxy != null) {
            proxy.refresh();
        }
    }

    @Override
    public void dispose() {
        watches.dispose();
    }
}
