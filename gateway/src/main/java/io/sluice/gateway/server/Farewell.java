package io.sluice.gateway.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;

/**
 * Ends one connection when the gateway {@link Drain ends} (G02). The last answer that is due on it says
 * {@code Connection: close}, so that its client sends nothing more that would be lost; and a connection that has had
 * nothing to do for a second is closed, our side first, so that no reset overtakes an answer (RFC 9112, 9.6). Lives on
 * the connection's event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty returns the promise; who needs its outcome listens to it
final class Farewell extends ChannelDuplexHandler {

    static final String NAME = "sluice.farewell";

    /** For the request of a client that has just connected, or has just got an answer that was begun before the end. */
    private static final int IDLE_SECONDS = 1;

    private final Drain drain;
    private int due;
    private boolean announced;
    private boolean deaf;

    Farewell(Drain drain) {
        this.drain = drain;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        if (drain.stage() == Drain.Stage.LEAVING) {
            closeOnceIdle(context);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest) {
            deaf = announced;
            due += announced ? 0 : 1;
        }
        if (deaf) {
            ReferenceCountUtil.release(message);
        } else {
            context.fireChannelRead(message);
        }
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        boolean interim = message instanceof HttpResponse response
                && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
        if (message instanceof HttpResponse response && !interim && due == 1 && drain.stage() != Drain.Stage.OPEN) {
            HttpUtil.setKeepAlive(response, false);
            announced = true;
        }
        if (message instanceof LastHttpContent && !interim) {
            context.write(message, promise.unvoid()).addListener(written -> answered(context));
        } else {
            context.write(message, promise);
        }
    }

    private void answered(ChannelHandlerContext context) {
        due--;
        if (announced) {
            close(context.channel());
        } else if (drain.stage() == Drain.Stage.LEAVING) {
            closeOnceIdle(context);
        }
    }

    /** Closes the connection when it has nothing to do, now and a second later; otherwise what it does will close it. */
    void closeOnceIdle(ChannelHandlerContext context) {
        if (due == 0) {
            context.executor().schedule(() -> closeIfIdle(context), IDLE_SECONDS, TimeUnit.SECONDS);
        }
    }

    private void closeIfIdle(ChannelHandlerContext context) {
        if (due > 0) {
            return;
        }
        if (context.pipeline().get(HeadScanner.class).isWithinHead()) {
            closeOnceIdle(context);
        } else {
            close(context.channel());
        }
    }

    private static void close(Channel channel) {
        if (channel.isActive()) {
            LingeringClose.begin(channel.pipeline(), channel.newPromise());
        }
    }

    /** Whether an answer is due. */
    boolean isAnswering() {
        return due > 0;
    }

    /**
     * Resets the connection, past everything that would say goodbye on it: not even a body that is as long as its
     * connection may look whole.
     */
    static void cut(Channel channel) {
        if (channel.isOpen()) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
            channel.unsafe().close(channel.voidPromise());
        }
    }
}
