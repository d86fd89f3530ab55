package io.sluice.gateway.server;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Drops a client that takes no byte of what is ready for it for a whole limit (C04). A slow client is none: whatever it
 * takes begins the limit anew, and shows in how many messages have been written wholly, and how much of the next one. It
 * may be noticed up to a third of the limit late.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty returns the promise; who needs its outcome listens to it
final class StallWatch extends ChannelOutboundHandlerAdapter {

    private static final int LOOKS_PER_LIMIT = 3;

    private final long limitNanos;
    private long taken;
    private final ChannelFutureListener onTaken = written -> taken++;
    private long lastTaken = -1;
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

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        context.write(message, promise.unvoid()).addListener(onTaken);
    }

    private void look(ChannelHandlerContext context) {
        ChannelOutboundBuffer outbound = context.channel().unsafe().outboundBuffer();
        boolean isPending = outbound != null && outbound.size() > 0;
        long progress = isPending ? outbound.currentProgress() : 0;
        if (!isPending || taken != lastTaken || progress != lastProgress) {
            lastTaken = taken;
            lastProgress = progress;
            stalledSince = System.nanoTime();
        } else if (System.nanoTime() - stalledSince >= limitNanos) {
            stopLooking();
            context.close();
        }
    }

    private void stopLooking() {
        if (looking != null) {
            looking.cancel(false);
        }
    }
}
