package io.sluice.benchmarks.client;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.SequencedSet;
import java.util.Set;

/**
 * Clients of one blob, all in the calling thread, connected before the first of them asks.
 *
 * <p>Whoever still waits for the first byte is looked after between any two handfuls of reads, so that the time at which
 * it came is not the time at which the others left room to look.
 */
public final class Crowd implements Closeable {

    private static final int SCRATCH_LENGTH = 128 * 1024;
    private static final int HANDFUL = 8;
    private static final long SELECT_MILLIS = 100;

    private final Selector selector;
    private final boolean endless;
    private final Set<Connection> reading = new LinkedHashSet<>();
    private final SequencedSet<Connection> readable = new LinkedHashSet<>();
    private final List<Download> downloads = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private final ByteBuffer scratch = ByteBuffer.allocateDirect(SCRATCH_LENGTH);
    private long bytes;
    private long answers;

    private Crowd(Selector selector, boolean endless) {
        this.selector = selector;
        this.endless = endless;
    }

    /** Clients that get the blob once, at the same time. */
    public static CrowdResult download(Target target, Clients clients, Duration limit) throws IOException {
        try (Crowd crowd = new Crowd(Selector.open(), false)) {
            crowd.connect(target, clients.count());
            return crowd.downloadOnce(clients.hashing(), limit);
        }
    }

    /** Clients that get the blob again and again until the time is over. */
    public static Throughput repeat(Target target, int clients, Duration time) throws IOException {
        try (Crowd crowd = new Crowd(Selector.open(), true)) {
            crowd.connect(target, clients);
            return crowd.downloadRepeatedly(time);
        }
    }

    private void connect(Target target, int clients) throws IOException {
        for (int i = 0; i < clients; i++) {
            Connection connection = Connection.open(target, OptionalInt.empty());
            reading.add(connection);
            connection.channel().register(selector, SelectionKey.OP_READ, connection);
        }
    }

    private CrowdResult downloadOnce(int hashing, Duration limit) throws IOException {
        long deadline = System.nanoTime() + limit.toNanos();
        int index = 0;
        for (Connection connection : List.copyOf(reading)) {
            ask(connection, index++ < hashing);
        }
        while (!reading.isEmpty() && System.nanoTime() - deadline < 0) {
            readSome();
        }
        reading.forEach(late -> failures.add("not all of it within " + limit.toSeconds() + " s"));
        return new CrowdResult(List.copyOf(downloads), List.copyOf(failures));
    }

    private Throughput downloadRepeatedly(Duration time) throws IOException {
        long start = System.nanoTime();
        List.copyOf(reading).forEach(connection -> ask(connection, false));
        while (!reading.isEmpty() && System.nanoTime() - start < time.toNanos()) {
            readSome();
        }
        return new Throughput(bytes, answers, Duration.ofNanos(System.nanoTime() - start), List.copyOf(failures));
    }

    private void ask(Connection connection, boolean hashing) {
        try {
            connection.ask(hashing);
        } catch (IOException e) {
            fail(connection, e);
        }
    }

    private void readSome() throws IOException {
        if (readable.isEmpty()) {
            selector.select(this::sort, SELECT_MILLIS);
        } else {
            selector.selectNow(this::sort);
        }
        for (int i = 0; i < HANDFUL && !readable.isEmpty(); i++) {
            read(readable.removeFirst());
        }
    }

    private void sort(SelectionKey key) {
        Connection connection = (Connection) key.attachment();
        if (connection.hasFirstByte()) {
            readable.add(connection);
        } else {
            read(connection);
        }
    }

    private void read(Connection connection) {
        try {
            bytes += connection.read(scratch);
            if (connection.isComplete()) {
                complete(connection);
            }
        } catch (IOException e) {
            fail(connection, e);
        }
    }

    private void complete(Connection connection) {
        answers++;
        if (endless) {
            ask(connection, false);
        } else {
            downloads.add(connection.download());
            leave(connection);
        }
    }

    private void fail(Connection connection, IOException failure) {
        failures.add(String.valueOf(failure.getMessage()));
        leave(connection);
    }

    private void leave(Connection connection) {
        reading.remove(connection);
        connection.close();
    }

    @Override
    public void close() throws IOException {
        reading.forEach(Connection::close);
        selector.close();
    }
}
