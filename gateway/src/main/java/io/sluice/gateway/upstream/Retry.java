package io.sluice.gateway.upstream;

import io.sluice.gateway.upstream.Unanswered.Why;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * A reason to send a request once more. No byte of an answer has reached a reader by then.
 *
 * @param reason for the metrics
 * @param isFree whether the budget is left alone: the host did not even see the request
 * @param pause how long to wait before
 */
record Retry(String reason, boolean isFree, Duration pause) {

    private static final Set<Integer> STATUSES = Set.of(408, 500, 502, 503, 504);

    private static final int SHORTEST_PAUSE_MILLIS = 50;
    private static final int LONGEST_PAUSE_MILLIS = 250;

    /** The reason that an answer gives, or null. Who says when to come again is not asked before. */
    static @Nullable Retry after(Answer<?> answer) {
        if (!(answer instanceof Answer.Refused<?> refused) || !STATUSES.contains(refused.status())) {
            return null;
        }
        Duration asked = RetryAfter.of(refused.headers());
        return asked == null || asked.isZero() ? new Retry(Integer.toString(refused.status()), false, jitter()) : null;
    }

    /** The reason that no answer gives. */
    static Retry after(Unanswered failure) {
        return new Retry(RequestRecord.label(failure.why()), failure.why() == Why.STALE_CONNECTION, Duration.ZERO);
    }

    /** Those who failed together do not come again together. */
    private static Duration jitter() {
        return Duration.ofMillis(ThreadLocalRandom.current().nextInt(SHORTEST_PAUSE_MILLIS, LONGEST_PAUSE_MILLIS + 1));
    }
}
