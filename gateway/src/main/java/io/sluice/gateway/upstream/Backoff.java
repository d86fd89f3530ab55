package io.sluice.gateway.upstream;

import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * How long somebody who said 429 is not asked again (U22): as long as it said, an hour at the most. Where it did not say,
 * a while that doubles as long as the 429s go on. Time is a monotonic clock's.
 */
final class Backoff {

    /** How long to wait after the first 429 that does not say. */
    static final Duration FIRST = Duration.ofSeconds(10);

    /** How long to wait at the most after one that does not say. */
    static final Duration LONGEST = Duration.ofMinutes(10);

    /** Whoever says less says nothing. */
    private static final Duration SHORTEST = Duration.ofSeconds(1);

    private static final int TOO_MANY_REQUESTS = 429;
    private static final int MOST_DOUBLINGS = 10;

    private final Ticker ticker;
    private final AtomicReference<State> state = new AtomicReference<>(State.FREE);

    Backoff(Ticker ticker) {
        this.ticker = ticker;
    }

    /** How long to wait yet; zero when nothing is to be waited for. */
    Duration left() {
        return state.get().left(ticker.read());
    }

    boolean isOver() {
        return left().isZero();
    }

    /** Takes note of an answer. Returns whether it is another than 429. */
    boolean note(Answer<?> answer) {
        if (answer instanceof Answer.Refused<?> refused && refused.status() == TOO_MANY_REQUESTS) {
            refused(RetryAfter.of(refused.headers()));
            return false;
        }
        accepted();
        return true;
    }

    /**
     * Takes note of a 429.
     *
     * @param asked its {@code Retry-After}, or null
     */
    void refused(@Nullable Duration asked) {
        long now = ticker.read();
        state.updateAndGet(before -> before.refused(now, asked));
    }

    /** Takes note of any other answer. One to a request that was under way when the waiting began changes nothing. */
    void accepted() {
        State before = state.get();
        if (before.strikes > 0 && before.left(ticker.read()).isZero()) {
            state.compareAndSet(before, State.FREE);
        }
    }

    /**
     * @param until when the waiting ends
     * @param strikes how many waits there were without another answer between them; none is no waiting
     */
    private record State(long until, int strikes) {

        static final State FREE = new State(0, 0);

        Duration left(long now) {
            return strikes == 0 ? Duration.ZERO : Duration.ofNanos(Math.max(0, until - now));
        }

        /** The other 429s of one crowd may make the wait longer, and are no further strike. */
        State refused(long now, @Nullable Duration asked) {
            Duration said = asked == null || asked.compareTo(SHORTEST) < 0 ? null : min(asked, RetryAfter.LONGEST);
            Duration left = left(now);
            if (!left.isZero()) {
                return said == null || said.compareTo(left) <= 0 ? this : new State(now + said.toNanos(), strikes);
            }
            Duration wait = said == null ? min(FIRST.multipliedBy(1L << strikes), LONGEST) : said;
            return new State(now + wait.toNanos(), Math.min(strikes + 1, MOST_DOUBLINGS));
        }

        private static Duration min(Duration one, Duration other) {
            return one.compareTo(other) < 0 ? one : other;
        }
    }
}
