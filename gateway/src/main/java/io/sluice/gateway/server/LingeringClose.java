package io.sluice.gateway.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;

/**
 * Closes a connection whose client may still be sending: our side first, then the whole once the client has closed, or
 * has sent 64 KiB, or 2 s are over. Closing at once would reset the connection under the answer that the client has not
 * read yet (RFC 9112, 9.6).
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty returns the promise; who needs its outcome listens to it
final class LingeringClose extends ChannelInboundHandlerAdapter {

    private static final String NAME = "sluice.lingeringClose";
    private static final int MAX_DISCARDED_BYTES = 64 * 1024;
    private static final int MAX_SECONDS = 2;

    private final ChannelPromise closed;
    private int discarded;

    private LingeringClose(ChannelPromise closed) {
        this.closed = closed;
    }

    /** Begins to close; the promise is kept when the channel is closed. */
    static void begin(ChannelPipeline pipeline, ChannelPromise closed) {
        if (pipeline.get(NAME) == null) {
            pipeline.addBefore(HeadScanner.NAME, NAME, new LingeringClose(closed));
        } else {
            pipeline.channel().closeFuture().addListener(whenClosed -> closed.trySuccess());
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        closeOurSide(context);
        context.executor().schedule(() -> end(context), MAX_SECONDS, TimeUnit.SECONDS);
        context.channel().config().setAutoRead(true);
    }

    private static void closeOurSide(ChannelHandlerContext context) {
        SslHandler tls = context.pipeline().get(SslHandler.class);
        if (tls != null) {
            tls.closeOutbound();
        } else if (context.channel() instanceof DuplexChannel channel) {
            channel.shutdownOutput();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        discarded += message instanceof ByteBuf bytes ? bytes.readableBytes() : 0;
        ReferenceCountUtil.release(message);
        if (discarded >= MAX_DISCARDED_BYTES) {
            end(context);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            end(context);
        }
        context.fireUserEventTriggered(event);
    }

    private void end(ChannelHandlerContext context) {
        if (context.channel().isOpen()) {
            context.close(closed);
        } else {
            closed.trySuccess();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        closed.trySuccess();
        context.fireChannelInactive();
    }
}
