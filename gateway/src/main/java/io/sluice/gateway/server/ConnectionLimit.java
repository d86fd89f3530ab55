package io.sluice.gateway.server;

import io.netty.channel.Channel;
import java.util.concurrent.atomic.AtomicInteger;

/** Bounds how many connections are open at once (T16). */
@SuppressWarnings("FutureReturnValueIgnored") // Netty returns the promise; who needs its outcome listens to it
final class ConnectionLimit {

    private final int limit;
    private final AtomicInteger open = new AtomicInteger();

    ConnectionLimit(int limit) {
        this.limit = limit;
    }

    /** Counts a connection until it closes, and closes it at once when there are too many. */
    void admit(Channel channel) {
        int count = open.incrementAndGet();
        channel.closeFuture().addListener(closed -> open.decrementAndGet());
        if (count > limit) {
            channel.close();
        }
    }
}
