package io.sluice.benchmarks.client;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * Requests that come at a fixed rate, whatever becomes of those before them, all in the calling thread. Each is timed from
 * the moment at which it was due: who had to wait because the server, or this thread, was busy is not left out.
 */
public final class Arrivals implements Closeable {

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final long LOOK_EVERY_NANOS = 100_000;
    private static final int SCRATCH_LENGTH = 64 * 1024;

    private final List<Target> targets;
    private final Selector selector;
    private final Deque<Connection> idle = new ArrayDeque<>();
    private final Map<Connection, Request> pending = new HashMap<>();
    private final Set<Connection> open = new HashSet<>();
    private final List<Arrival> arrivals = new ArrayList<>();
    private final ByteBuffer scratch = ByteBuffer.allocateDirect(SCRATCH_LENGTH);

    private Arrivals(List<Target> targets, Selector selector) {
        this.targets = targets;
        this.selector = selector;
    }

    private record Request(Target target, long dueAt) {}

    /**
     * Asks one server for the targets in turn, again and again, and waits for the last answers.
     *
     * @param perSecond how many requests a second, for all targets together
     */
    public static List<Arrival> of(List<Target> targets, int perSecond, Duration time) throws IOException {
        try (Arrivals arrivals = new Arrivals(targets, Selector.open())) {
            arrivals.run(perSecond, time);
            return arrivals.arrivals;
        }
    }

    private void run(int perSecond, Duration time) throws IOException {
        long start = System.nanoTime();
        long count = perSecond * time.toNanos() / 1_000_000_000L;
        for (long number = 0; number < count; ) {
            long due = start + number * 1_000_000_000L / perSecond;
            if (System.nanoTime() - due >= 0) {
                ask(targets.get((int) (number % targets.size())), due);
                number++;
            } else {
                readSome();
            }
        }
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!pending.isEmpty() && System.nanoTime() - deadline < 0) {
            readSome();
        }
        pending.forEach((connection, late) -> arrivals.add(
                Arrival.failed(late.target, late.dueAt, "no answer within " + PATIENCE.toSeconds() + " s")));
    }

    private void ask(Target target, long due) throws IOException {
        Connection connection = idle.poll();
        if (connection == null) {
            connection = Connection.open(target, OptionalInt.empty());
            open.add(connection);
            connection.channel().register(selector, SelectionKey.OP_READ, connection);
        }
        pending.put(connection, new Request(target, due));
        try {
            connection.ask(target, false);
        } catch (IOException e) {
            fail(connection, e);
        }
    }

    private void readSome() throws IOException {
        if (selector.selectNow(key -> read((Connection) key.attachment())) == 0) {
            LockSupport.parkNanos(LOOK_EVERY_NANOS);
        }
    }

    private void read(Connection connection) {
        try {
            connection.read(scratch);
            Request request = pending.get(connection);
            if (request != null && connection.isComplete()) {
                pending.remove(connection);
                arrivals.add(Arrival.answered(request.target, request.dueAt, connection.download()));
                idle.push(connection);
            }
        } catch (IOException e) {
            fail(connection, e);
        }
    }

    /** One that is closed between two requests fails none. */
    private void fail(Connection connection, IOException failure) {
        Request request = pending.remove(connection);
        if (request != null) {
            arrivals.add(Arrival.failed(request.target, request.dueAt, String.valueOf(failure.getMessage())));
        }
        idle.remove(connection);
        open.remove(connection);
        connection.close();
    }

    @Override
    public void close() throws IOException {
        open.forEach(Connection::close);
        selector.close();
    }
}
