package io.sluice.benchmarks.client;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.OptionalInt;

/** One client's connection, on which it asks for its blob, again and again if it likes. It never blocks once open. */
final class Connection implements Closeable {

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);

    private final Target target;
    private final SocketChannel channel;
    private Target asked;
    private byte[] request;
    private ResponseReader response;
    private long askedAt;
    private long firstByteAt;
    private long lastByteAt;

    private Connection(Target target, SocketChannel channel) {
        this.target = target;
        this.channel = channel;
        this.asked = target;
        this.request = target.request();
        this.response = new ResponseReader(target, false);
    }

    /**
     * Connects; waits for it at most 10 s.
     *
     * @param receiveBuffer how much the kernel takes in advance of the client, bytes; empty: as much as it likes
     */
    static Connection open(Target target, OptionalInt receiveBuffer) throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            if (receiveBuffer.isPresent()) {
                channel.setOption(StandardSocketOptions.SO_RCVBUF, receiveBuffer.getAsInt());
            }
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.socket().connect(target.address(), (int) CONNECT_LIMIT.toMillis());
            channel.configureBlocking(false);
            return new Connection(target, channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    SocketChannel channel() {
        return channel;
    }

    /** Asks for the blob. The answer to an earlier request has to be complete. */
    void ask(boolean hashing) throws IOException {
        ask(target, hashing);
    }

    /** Asks the same server for anything. */
    void ask(Target wanted, boolean hashing) throws IOException {
        response = new ResponseReader(wanted, hashing);
        if (!wanted.equals(asked)) {
            asked = wanted;
            request = wanted.request();
        }
        askedAt = System.nanoTime();
        firstByteAt = 0;
        lastByteAt = 0;
        if (channel.write(ByteBuffer.wrap(request)) < request.length) {
            throw new IOException("the kernel does not take a whole request");
        }
    }

    /**
     * Reads what has arrived, as far as it fits, and forgets it.
     *
     * @return how many bytes that were
     * @throws EOFException when the server has closed the connection, which here it never may
     */
    int read(ByteBuffer scratch) throws IOException {
        scratch.clear();
        return readInto(scratch);
    }

    /** The same, of at most so many bytes. */
    int read(ByteBuffer scratch, int limit) throws IOException {
        scratch.clear().limit(limit);
        return readInto(scratch);
    }

    private int readInto(ByteBuffer scratch) throws IOException {
        int count = channel.read(scratch);
        if (count < 0) {
            throw new EOFException("closed after " + response.received() + " bytes");
        }
        if (count == 0) {
            return 0;
        }
        response.accept(scratch.flip());
        stamp();
        return count;
    }

    private void stamp() {
        if (firstByteAt == 0 && response.received() > 0) {
            firstByteAt = System.nanoTime();
        }
        if (response.isComplete()) {
            lastByteAt = System.nanoTime();
        }
    }

    boolean hasFirstByte() {
        return firstByteAt != 0;
    }

    boolean isComplete() {
        return response.isComplete();
    }

    /** How many bytes of the body have come. */
    long received() {
        return response.received();
    }

    /** The finished download. */
    Download download() {
        return new Download(askedAt, firstByteAt, lastByteAt);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("a socket always closes", e);
        }
    }
}
