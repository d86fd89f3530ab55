package io.sluice.cache.disk;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * How far a blob may be passed on, and who waits for more of it. It moves forward only; in the end the blob is whole, or
 * the rest is not coming. Waiters are told outside every lock, on the thread that moves it.
 */
final class Frontier {

    private record Waiter(long offset, MonoSink<Boolean> sink) {}

    private final List<Waiter> waiters = new ArrayList<>();
    private volatile long position;
    private volatile boolean whole;
    private volatile @Nullable Throwable failure;

    /** How many bytes from the first may be passed on. */
    long position() {
        return position;
    }

    /** How many bytes from an offset on may be passed on; 0 at the end of the blob, -1 when that is not known yet. */
    long from(long offset) {
        boolean isEndKnown = whole; // before the position, which moves first: else the last bytes are taken for none
        long there = position - offset;
        if (there > 0) {
            return there;
        }
        return isEndKnown ? 0 : -1;
    }

    /** Whether all of it may be passed on. */
    boolean isWhole() {
        return whole;
    }

    /** Whether the rest is not coming. */
    boolean hasFailed() {
        return failure != null;
    }

    /** So many bytes from the first may be passed on. */
    void advance(long until) {
        if (until > position) {
            position = until;
            tell();
        }
    }

    /** All of it may be passed on. */
    void complete(long length) {
        position = length;
        whole = true;
        tell();
    }

    /** The rest is not coming. */
    void fail(Throwable cause) {
        failure = cause;
        tell();
    }

    /** Completes when the byte at an offset may be passed on, or does not exist; fails when it is not coming. */
    Mono<Boolean> settled(long offset) {
        return Mono.create(sink -> {
            Waiter waiter = new Waiter(offset, sink);
            boolean waits;
            synchronized (this) {
                waits = !isSettled(offset);
                if (waits) {
                    waiters.add(waiter);
                }
            }
            if (waits) {
                sink.onCancel(() -> forget(waiter));
            } else {
                tell(waiter);
            }
        });
    }

    private boolean isSettled(long offset) {
        return offset < position || whole || failure != null;
    }

    private synchronized void forget(Waiter waiter) {
        waiters.remove(waiter);
    }

    private void tell() {
        List<Waiter> told = new ArrayList<>();
        synchronized (this) {
            for (Iterator<Waiter> all = waiters.iterator(); all.hasNext(); ) {
                Waiter waiter = all.next();
                if (isSettled(waiter.offset)) {
                    told.add(waiter);
                    all.remove();
                }
            }
        }
        told.forEach(this::tell);
    }

    private void tell(Waiter waiter) {
        Throwable cause = failure;
        if (cause != null && !whole && waiter.offset >= position) {
            waiter.sink.error(cause);
        } else {
            waiter.sink.success(true);
        }
    }
}
