package io.sluice.gateway.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.epoll.EpollChannelOption;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.core.Ordered;
import org.springframework.http.client.ReactorResourceFactory;
import reactor.netty.NettyPipeline;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;

/**
 * Bounds what a client can do to a connection of the main port (T16, T32), after Boot's own settings: HTTP/1.1 only,
 * nothing compressed (T17), and forwarded headers believed from nobody, even where Boot would turn them on because it
 * runs in Kubernetes (T23). Boot does not apply this to the management port, which stands on loopback.
 *
 * <p>There are no timers for request bodies, because no body is ever read.
 */
final class ConnectionHardening implements WebServerFactoryCustomizer<NettyReactiveWebServerFactory>, Ordered {

    /**
     * How many bytes the kernel takes for a client before it has sent what it took earlier; without a bound it is some 4 MB
     * for each. A client shows that it takes something by a third of that: with 4 MB, one that slows down below 15 KB/s looks
     * like one that stands still (C03). What is taken in advance is sent later on the client's own account, with the
     * acknowledgements it sends. Measured: 200 clients on the same machine, 200 MB each, have them in 15.4 s with 128 KiB, in
     * 8.3 s with 32 KiB.
     */
    private static final long UNSENT_BYTES = 32 * 1024;

    private final ServerSettings settings;
    private final AccessLog accessLog;
    private final FastPath fastPath;
    private final Drain drain;
    private final LoopResources loops;
    private final ConnectionLimit connections;

    ConnectionHardening(
            ServerSettings settings, AccessLog accessLog, FastPath fastPath, Drain drain, LoopResources loops) {
        this.settings = settings;
        this.accessLog = accessLog;
        this.fastPath = fastPath;
        this.drain = drain;
        this.loops = loops;
        this.connections = ConnectionLimit.of(settings.maxConnections());
    }

    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE;
    }

    @Override
    public void customize(NettyReactiveWebServerFactory factory) {
        factory.setUseForwardHeaders(false);
        factory.setResourceFactory(resources());
        factory.addServerCustomizers(this::harden);
    }

    /** Boot gives a server the event loops of its factory after all customizers. */
    private ReactorResourceFactory resources() {
        ReactorResourceFactory resources = new ReactorResourceFactory();
        resources.setUseGlobalResources(false);
        resources.setLoopResources(loops);
        resources.setConnectionProvider(ConnectionProvider.newConnection());
        resources.start();
        return resources;
    }

    private HttpServer harden(HttpServer server) {
        return server.protocol(HttpProtocol.HTTP11)
                .compress(false)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .doOnBound(drain::bound)
                .doOnChannelInit((observer, channel, remoteAddress) -> arm(channel));
    }

    private void arm(Channel channel) {
        channel.config().setOption(EpollChannelOption.TCP_NOTSENT_LOWAT, UNSENT_BYTES);
        ChannelPipeline pipeline = channel.pipeline();
        pipeline.addBefore(NettyPipeline.HttpCodec, HeadScanner.NAME, new HeadScanner(settings.headTimeout()));
        pipeline.addAfter(NettyPipeline.HttpCodec, RequestHeadGuard.NAME, new RequestHeadGuard(accessLog));
        pipeline.addAfter(RequestHeadGuard.NAME, TransferMeter.NAME, new TransferMeter());
        pipeline.addAfter(RequestHeadGuard.NAME, FastPathHandler.NAME, new FastPathHandler(fastPath, accessLog));
        pipeline.addAfter(RequestHeadGuard.NAME, Farewell.NAME, new Farewell(drain));
        pipeline.addFirst(new StallWatch(settings.stallTimeout()));
        drain.watch(channel);
        connections.admit(channel);
    }
}
