package io.sluice.gateway.upstream;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxOperator;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Scheduler;
import reactor.util.context.Context;

/**
 * Fails a source that sends nothing for too long although it was asked to. While nothing is asked for, no time passes:
 * a slow reader is not the source's fault. What arrives after the end is passed over; its source releases it.
 */
final class DemandTimeout<T> extends FluxOperator<T, T> {

    private final Duration limit;
    private final Scheduler timer;
    private final Supplier<? extends Throwable> late;

    /**
     * @param source what is watched
     * @param limit how long it may send nothing while more is asked for
     * @param timer what wakes up to look
     * @param late the error of a source that is late
     */
    DemandTimeout(Flux<T> source, Duration limit, Scheduler timer, Supplier<? extends Throwable> late) {
        super(source);
        this.limit = limit;
        this.timer = timer;
        this.late = late;
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> actual) {
        source.subscribe(new Watch(actual));
    }

    /** Whose turn it is to signal; whoever moves it away from {@code WAITING} may. */
    private enum Turn {
        WAITING,
        PASSING_ON,
        OVER
    }

    /**
     * At most one timer task is scheduled at a time. It does not move with each element: it looks at when the last one
     * passed, and sleeps on for the rest.
     */
    private final class Watch implements CoreSubscriber<T>, Subscription, Runnable {

        private final CoreSubscriber<? super T> actual;
        private final AtomicReference<Turn> turn = new AtomicReference<>(Turn.WAITING);
        private final AtomicLong outstanding = new AtomicLong();
        private final AtomicBoolean scheduled = new AtomicBoolean();
        private final Disposable.Swap task = Disposables.swap();
        private volatile long waitingSince;
        private volatile Subscription upstream = Operators.emptySubscription();

        Watch(CoreSubscriber<? super T> actual) {
            this.actual = actual;
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            upstream = subscription;
            actual.onSubscribe(this);
        }

        @Override
        public void request(long n) {
            if (!Operators.validate(n)) {
                return;
            }
            if (outstanding.get() == 0) {
                waitingSince = System.nanoTime();
            }
            outstanding.accumulateAndGet(n, Operators::addCap);
            schedule(limit.toNanos());
            upstream.request(n);
        }

        @Override
        public void onNext(T element) {
            if (!turn.compareAndSet(Turn.WAITING, Turn.PASSING_ON)) {
                return;
            }
            outstanding.updateAndGet(n -> n == Long.MAX_VALUE ? n : n - 1);
            actual.onNext(element);
            waitingSince = System.nanoTime();
            turn.compareAndSet(Turn.PASSING_ON, Turn.WAITING);
        }

        @Override
        public void onComplete() {
            if (end()) {
                actual.onComplete();
            }
        }

        @Override
        public void onError(Throwable failure) {
            if (end()) {
                actual.onError(failure);
            } else {
                Operators.onErrorDropped(failure, actual.currentContext());
            }
        }

        @Override
        public void cancel() {
            end();
            upstream.cancel();
        }

        /** The timer went off: the source is late, or the rest is to be waited for, or nobody waits any more. */
        @Override
        public void run() {
            scheduled.set(false);
            if (outstanding.get() == 0) {
                return;
            }
            long left = waitingSince + limit.toNanos() - System.nanoTime();
            if (left > 0) {
                schedule(left);
            } else if (turn.compareAndSet(Turn.WAITING, Turn.OVER)) {
                upstream.cancel();
                actual.onError(late.get());
            } else {
                schedule(limit.toNanos());
            }
        }

        private void schedule(long nanoseconds) {
            if (turn.get() != Turn.OVER && scheduled.compareAndSet(false, true)) {
                task.update(timer.schedule(this, nanoseconds, TimeUnit.NANOSECONDS));
            }
        }

        private boolean end() {
            task.dispose();
            return turn.getAndSet(Turn.OVER) != Turn.OVER;
        }

        @Override
        public Context currentContext() {
            return actual.currentContext();
        }
    }
}
