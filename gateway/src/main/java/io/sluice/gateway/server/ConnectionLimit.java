package io.sluice.gateway.server;

import io.netty.channel.Channel;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Bounds how many connections are open at once (T16, K21). */
@SuppressWarnings("FutureReturnValueIgnored") // Netty returns the promise; who needs its outcome listens to it
final class ConnectionLimit {

    private static final Logger log = LoggerFactory.getLogger(ConnectionLimit.class);

    private final int limit;
    private final AtomicInteger open = new AtomicInteger();

    ConnectionLimit(int limit) {
        this.limit = limit;
    }

    /** As many as are configured, or as there are files for. */
    static ConnectionLimit of(int configured) {
        int affordable = OpenFiles.clients();
        if (affordable < configured) {
            log.warn(
                    "The limit of open files (ulimit -n) is too low for {} connections of clients: no more than {} are taken",
                    configured,
                    affordable);
        }
        return new ConnectionLimit(Math.min(configured, affordable));
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
