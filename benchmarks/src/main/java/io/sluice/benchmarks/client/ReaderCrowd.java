package io.sluice.benchmarks.client;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Readers of every kind of one blob, for some time, all in the calling thread. */
public final class ReaderCrowd implements Closeable {

    private static final int SCRATCH_LENGTH = 128 * 1024;
    private static final long MAX_SELECT_MILLIS = 50;
    private static final long SEED = 20260101;

    private final Target target;
    private final Selector selector;
    private final Tally tally = new Tally();
    private final ByteBuffer scratch = ByteBuffer.allocateDirect(SCRATCH_LENGTH);
    private final SplittableRandom random = new SplittableRandom(SEED);
    private final List<Reader> readers = new ArrayList<>();
    private final PriorityQueue<Turn> turns = new PriorityQueue<>(Comparator.comparingLong(Turn::at));
    private final long start = System.nanoTime();

    /** When a reader has to do something, in nanoseconds since the start. */
    private record Turn(Reader reader, long at) {}

    private ReaderCrowd(Target target, Selector selector) {
        this.target = target;
        this.selector = selector;
    }

    /** Lets them read for so long, and then go. */
    public static Tally read(Target target, Mix mix, Duration time) throws IOException {
        try (ReaderCrowd crowd = new ReaderCrowd(target, Selector.open())) {
            crowd.add(mix.whole(), WholeReader::new);
            crowd.add(mix.crawling(), CrawlingReader::new);
            crowd.add(mix.stopping(), StoppingReader::new);
            crowd.add(mix.leaving(), LeavingReader::new);
            crowd.run(time);
            return crowd.tally;
        }
    }

    Target target() {
        return target;
    }

    Selector selector() {
        return selector;
    }

    Tally tally() {
        return tally;
    }

    /** What is read is read into this, and forgotten. */
    ByteBuffer scratch() {
        return scratch;
    }

    /** Somewhere between nothing and a bound. */
    Duration random(Duration bound) {
        return Duration.ofNanos(random.nextLong(bound.toNanos()));
    }

    private void add(int count, Function<ReaderCrowd, Reader> kind) {
        for (int i = 0; i < count; i++) {
            Reader reader = kind.apply(this);
            readers.add(reader);
            turns.add(new Turn(reader, 0));
        }
    }

    private void run(Duration time) throws IOException {
        while (elapsed() < time.toNanos()) {
            selector.select(ReaderCrowd::read, millisToTheNextTurn());
            takeTurns();
        }
    }

    private static void read(SelectionKey key) {
        ((Reader) key.attachment()).readable();
    }

    /** Only those that are due now: whoever is late anyway may wait until bytes were read. */
    private void takeTurns() {
        long now = elapsed();
        for (Turn next = turns.peek(); next != null && next.at() <= now; next = turns.peek()) {
            turns.remove();
            long pause = next.reader().turn().toNanos();
            turns.add(new Turn(next.reader(), elapsed() + Math.max(pause, 1)));
        }
    }

    private long elapsed() {
        return System.nanoTime() - start;
    }

    private long millisToTheNextTurn() {
        Turn next = turns.peek();
        long nanos = next == null ? Long.MAX_VALUE : next.at() - elapsed();
        return Math.clamp(TimeUnit.NANOSECONDS.toMillis(nanos), 1, MAX_SELECT_MILLIS);
    }

    @Override
    public void close() throws IOException {
        readers.forEach(Reader::disconnect);
        selector.close();
    }
}
