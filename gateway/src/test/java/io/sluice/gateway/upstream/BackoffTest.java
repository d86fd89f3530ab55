package io.sluice.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class BackoffTest {

    private final AtomicLong nanoseconds = new AtomicLong(Long.MAX_VALUE - 5);
    private final Backoff backoff = new Backoff(nanoseconds::get);

    @Test
    @DisplayName("U22: nobody is asked as long as a 429 says, and an hour at the most")
    void aWaitIsAsLongAsIsSaid() {
        refused(Duration.ofSeconds(7));

        assertThat(backoff.left()).isEqualTo(Duration.ofSeconds(7));
        pass(Duration.ofSeconds(7));
        assertThat(backoff.isOver()).isTrue();

        refused(Duration.ofDays(400));
        assertThat(backoff.left()).isEqualTo(Duration.ofHours(1));
    }

    @Test
    @DisplayName(
            "U22: where a 429 says nothing the wait doubles as long as the 429s go on, and begins anew after an answer")
    void aWaitThatIsNotSaidGrows() {
        for (int seconds : new int[] {10, 20, 40, 80, 160, 320, 600, 600}) {
            refused(seconds == 40 ? Duration.ZERO : null);
            assertThat(backoff.left()).isEqualTo(Duration.ofSeconds(seconds));
            pass(Duration.ofSeconds(seconds));
        }

        backoff.accepted();
        refused(null);
        assertThat(backoff.left()).isEqualTo(Backoff.FIRST);
    }

    @Test
    @DisplayName("U22: a crowd that is refused together is one reason to wait")
    void aCrowdIsOneReasonToWait() {
        for (int i = 0; i < 50; i++) {
            refused(null);
        }
        assertThat(backoff.left()).isEqualTo(Backoff.FIRST);

        refused(Duration.ofSeconds(30));
        refused(Duration.ofSeconds(20));
        assertThat(backoff.left()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void anAnswerToARequestOfBeforeEndsNoWait() {
        refused(null);
        backoff.accepted();

        assertThat(backoff.isOver()).isFalse();
    }

    @Test
    @DisplayName("U34: a date is compared with the date of the answer, whatever the time is here")
    void aDateIsComparedWithTheDateOfTheAnswer() {
        HttpHeaders headers = new DefaultHttpHeaders()
                .set("Date", "Thu, 01 Jan 2015 00:00:00 GMT")
                .set("Retry-After", "Thu, 01 Jan 2015 00:01:30 GMT");

        backoff.note(new Answer.Refused<>(429, headers));

        assertThat(backoff.left()).isEqualTo(Duration.ofSeconds(90));
    }

    private void refused(@Nullable Duration asked) {
        backoff.refused(asked);
    }

    private void pass(Duration time) {
        nanoseconds.addAndGet(time.toNanos());
    }
}
