package io.sluice.gateway.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufHolder;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.FileRegion;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AttributeKey;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Measures what of an answer really goes to the client. Only here is that known: what an exchange has handed over may
 * still wait in a buffer, or be a region of a file that never was in memory. Answers go one after the other on a
 * connection, so there is one at a time.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty returns the promise; who needs its outcome listens to it
final class TransferMeter extends ChannelDuplexHandler {

    static final String NAME = "sluice.transferMeter";

    private static final AttributeKey<@Nullable Consumer<Transfer>> LISTENER =
            AttributeKey.valueOf(TransferMeter.class, "listener");

    private int status;
    private long bytes;

    /** Tells how the answer ends that the connection sends next; every listener exactly once, on its event loop. */
    static void onEnd(Channel channel, Consumer<Transfer> listener) {
        Consumer<Transfer> earlier = channel.attr(LISTENER).get();
        channel.attr(LISTENER).set(earlier == null ? listener : earlier.andThen(listener));
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof HttpResponse response) {
            if (response.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
                context.write(message, promise);
                return;
            }
            status = response.status().code();
        }
        ChannelPromise watched = promise.unvoid();
        count(message, watched);
        if (message instanceof LastHttpContent) {
            watched.addListener(written -> end(context.channel(), written.isSuccess()));
        }
        context.write(message, watched);
    }

    private void count(Object message, ChannelPromise written) {
        switch (message) {
            case FileRegion region -> written.addListener(sent -> bytes += region.transferred());
            case ByteBufHolder holder -> count(holder.content().readableBytes(), written);
            case ByteBuf buffer -> count(buffer.readableBytes(), written);
            default -> {}
        }
    }

    private void count(int size, ChannelPromise written) {
        if (size > 0) {
            written.addListener(sent -> bytes += sent.isSuccess() ? size : 0);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        end(context.channel(), false);
        context.fireChannelInactive();
    }

    private void end(Channel channel, boolean complete) {
        Transfer transfer = new Transfer(status, bytes, complete);
        status = 0;
        bytes = 0;
        Consumer<Transfer> listener = channel.attr(LISTENER).getAndSet(null);
        if (listener != null) {
            listener.accept(transfer);
        }
    }
}
