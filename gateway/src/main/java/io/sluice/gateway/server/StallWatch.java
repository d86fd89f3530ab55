package io.sluice.gateway.server;

import io.netty.channel.ChannelHandlerAdapter;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Drops a client that takes no byte of what is ready for it for a whole limit (C04). A slow client is none: whatever it
 * takes begins the limit anew. It may be noticed up to a third of the limit late.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty returns the promise; who needs its outcome listens to it
final class StallWatch extends ChannelHandlerAdapter {

    private static final int LOOKS_PER_LIMIT = 3;

    private final long limitNanos;
    private @Nullable Object lastPending;
    private long lastProgress;
    private long stalledSince;
    private @Nullable Future<?> looking;

    StallWatch(Duration limit) {
        this.limitNanos = limit.toNanos();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        long period = Math.max(1, limitNanos / LOOKS_PER_LIMIT);
        looking = context.executor().scheduleAtFixedRate(() -> look(context), period, period, TimeUnit.NANOSECONDS);
        context.channel().closeFuture().addListener(closed -> stopLooking());
    }

    @SuppressWarnings("ReferenceEquality") // the same message, not one with the same content
    private void look(ChannelHandlerContext context) {
        ChannelOutboundBuffer outbound = context.channel().unsafe().outboundBuffer();
        Object pending = outbound == null ? null : outbound.current();
        long progress = outbound == null ? 0 : outbound.currentProgress();
        if (pending == null || pending != lastPending || progress != lastProgress) {
            lastPending = pending;
            lastProgress = progress;
            stalledSince = System.nanoTime();
        } else if (System.nanoTime() - stalledSince >= limitNanos) {
            stopLooking();
            context.close();
        }
    }

    private void stopLooking() {
        lastPending = null;
        if (looking != null) {
            looking.cancel(false);
        }
    }
}
