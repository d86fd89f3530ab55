package io.sluice.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.sluice.gateway.error.CallRejectedException;
import io.sluice.gateway.error.CallRejectedException.Reason;
import io.sluice.gateway.error.UpstreamProtocolException;
import io.sluice.gateway.error.UpstreamTimeoutException;
import io.sluice.gateway.error.UpstreamUnreachableException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class GuardTest {

    private final AtomicLong nanoseconds = new AtomicLong();
    private final Guard guard = new Guard("test", new Origin("https", "hub", 443), nanoseconds::get);

    @Test
    @DisplayName("U35: after five timeouts calls fail at once, and say why and when to come again")
    void afterFiveTimeoutsCallsFailAtOnce() {
        fail(Guard.AT_LEAST);

        CallRejectedException rejected = catchThrowableOfType(CallRejectedException.class, guard::enter);

        assertThat(rejected.reason()).isEqualTo(Reason.BREAKER_OPEN);
        assertThat(rejected.retryAfter()).isEqualTo(Guard.OPEN_FIRST);
        assertThat(rejected.isOutage()).isTrue();
        assertThat(rejected).hasMessageContaining("hub");
    }

    @ParameterizedTest
    @EnumSource
    void noConnectionCountsForWhateverReason(UpstreamUnreachableException.Reason reason) {
        for (int i = 0; i < Guard.AT_LEAST; i++) {
            guard.enter().failed(new UpstreamUnreachableException("hub", reason, new IOException()));
        }
        assertThat(guard.state()).isEqualTo(State.OPEN);
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 503, 504, 522})
    void a5xxCounts(int status) {
        answer(status, Guard.AT_LEAST);
        assertThat(guard.state()).isEqualTo(State.OPEN);
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 307, 401, 403, 404, 408, 416, 429, 501, 505})
    @DisplayName("U22: no 4xx opens a breaker, nor a 429 either")
    void a4xxDoesNotCount(int status) {
        answer(status, 100);
        assertThat(guard.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void whatIsNotTheHostsFaultDoesNotCount() {
        for (int i = 0; i < 100; i++) {
            guard.enter().failed(new CallRejectedException("hub", Reason.QUEUE_FULL, Duration.ofSeconds(1)));
            guard.enter().failed(new UpstreamProtocolException("an address that is not public"));
            guard.enter().failed(new IllegalStateException("the reader's own"));
            guard.enter().released();
        }
        assertThat(guard.state()).isEqualTo(State.CLOSED);
    }

    @Test
    @DisplayName("U23: one thing that a host has no good answer to, among others that it has, opens nothing")
    void halfOfTheCallsMayFail() {
        for (int i = 0; i < 50; i++) {
            answer(200, 1);
            answer(500, 1);
        }
        assertThat(guard.state()).isEqualTo(State.CLOSED);
    }

    @Test
    @DisplayName("U23: one probe finds out how it is now, and closes the breaker or keeps it open twice as long")
    void oneProbeFindsOut() {
        fail(Guard.AT_LEAST);
        pass(Guard.OPEN_FIRST.plusMillis(1));

        Permit probe = guard.enter();
        assertRejected();
        assertThat(guard.mayRepeat()).isFalse();
        probe.failed(late());

        assertThat(guard.state()).isEqualTo(State.OPEN);
        pass(Guard.OPEN_FIRST.plusMillis(1));
        assertRejected();
        pass(Guard.OPEN_FIRST);
        guard.enter().answered(404);
        assertThat(guard.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void itIsNeverLeftAloneForLongerThanAMinute() {
        fail(Guard.AT_LEAST);
        for (int i = 0; i < 10; i++) {
            pass(Guard.OPEN_LONGEST.plusMillis(1));
            guard.enter().failed(late());
        }
        CallRejectedException rejected = catchThrowableOfType(CallRejectedException.class, guard::enter);
        assertThat(rejected.retryAfter()).isEqualTo(Guard.OPEN_LONGEST);
    }

    @Test
    @DisplayName("G11: a probe whose caller leaves makes way for the next")
    void aProbeWhoseCallerLeavesMakesWay() {
        fail(Guard.AT_LEAST);
        pass(Guard.OPEN_FIRST.plusMillis(1));

        Permit probe = guard.enter();
        probe.released();
        probe.released();

        guard.enter().answered(200);
        assertThat(guard.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void aWordOfBeforeIsNotTakenForTheProbes() {
        Permit early = guard.enter();
        Permit another = guard.enter();
        Permit third = guard.enter();
        fail(Guard.AT_LEAST);
        pass(Guard.OPEN_FIRST.plusMillis(1));
        Permit probe = guard.enter();

        early.failed(late());
        another.answered(200);
        third.released();

        assertThat(guard.state()).isEqualTo(State.HALF_OPEN);
        assertRejected();
        probe.answered(200);
        assertThat(guard.state()).isEqualTo(State.CLOSED);
    }

    private static UpstreamTimeoutException late() {
        return new UpstreamTimeoutException("hub", "the first header", Duration.ofSeconds(10));
    }

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            guard.enter().failed(late());
        }
    }

    private void answer(int status, int times) {
        for (int i = 0; i < times; i++) {
            guard.enter().answered(status);
        }
    }

    private void assertRejected() {
        assertThat(catchThrowableOfType(CallRejectedException.class, guard::enter))
                .isNotNull();
    }

    private void pass(Duration time) {
        nanoseconds.addAndGet(time.toNanos());
    }
}
