package io.sluice.cache.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A relay of TCP connections, which can begin to swallow what comes over those that are open: they stay open, and nothing
 * comes out at the other end. Connections that are made later work.
 */
final class SwallowingRelay implements AutoCloseable {

    private final ServerSocket listening;
    private final int target;
    private final AtomicInteger turn = new AtomicInteger();

    private SwallowingRelay(int target) throws IOException {
        this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.target = target;
        Thread.ofVirtual().start(this::accept);
    }

    /** Begins to relay to a port of the loopback. */
    static SwallowingRelay to(int port) {
        try {
            return new SwallowingRelay(port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return listening.getLocalPort();
    }

    void swallowWhatIsOpen() {
        turn.incrementAndGet();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listening.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                int accepted = turn.get();
                Thread.ofVirtual().start(() -> relay(client, server, accepted));
                Thread.ofVirtual().start(() -> relay(server, client, accepted));
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private void relay(Socket from, Socket to, int accepted) {
        byte[] buffer = new byte[8 * 1024];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                if (turn.get() == accepted) {
                    out.write(buffer, 0, length);
                }
            }
        } catch (IOException closed) {
            // One of the two ends is gone, and so is the other.
        }
    }

    @Override
    public void close() {
        try {
            listening.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
