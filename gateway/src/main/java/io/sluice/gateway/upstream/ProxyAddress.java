package io.sluice.gateway.upstream;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.resolver.AddressResolverGroup;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/**
 * Resolves the name of the proxy when a connection to it is made. Reactor Netty would do it once, at the start, and block
 * for it.
 */
@Sharable
final class ProxyAddress extends ChannelOutboundHandlerAdapter {

    private final AddressResolverGroup<InetSocketAddress> names;

    ProxyAddress(AddressResolverGroup<InetSocketAddress> names) {
        this.names = names;
    }

    @Override
    public void connect(
            ChannelHandlerContext context, SocketAddress remote, SocketAddress local, ChannelPromise promise) {
        if (!(remote instanceof InetSocketAddress proxy) || !proxy.isUnresolved()) {
            ChannelFuture ignored = context.connect(remote, local, promise);
            return;
        }
        Future<?> ignored = names.getResolver(context.channel().eventLoop())
                .resolve(proxy)
                .addListener((Future<InetSocketAddress> done) -> connect(context, done, local, promise));
    }

    private static void connect(
            ChannelHandlerContext context,
            Future<InetSocketAddress> resolved,
            SocketAddress local,
            ChannelPromise promise) {
        if (resolved.isSuccess()) {
            ChannelFuture ignored = context.connect(resolved.getNow(), local, promise);
        } else {
            promise.tryFailure(resolved.cause());
        }
    }
}
