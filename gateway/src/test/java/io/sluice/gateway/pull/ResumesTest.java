package io.sluice.gateway.pull;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.pull.BlobSettings.Resuming;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("U06: a body that breaks off is continued a few times, and only with progress")
class ResumesTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Resuming TWICE = new Resuming(List.of(Duration.ZERO, SECOND), 1000);

    private final Resumes resumes = new Resumes(TWICE, 0);

    @Test
    void thePausesGrow() {
        assertThat(resumes.next(10)).contains(Duration.ZERO);
        assertThat(resumes.next(20)).contains(SECOND);
        assertThat(resumes.next(30)).isEmpty();
    }

    @Test
    void aBodyThatBrokeOffBeforeItsFirstByteIsTriedOnceMore() {
        assertThat(resumes.next(0)).contains(Duration.ZERO);
        assertThat(resumes.next(0)).isEmpty();
    }

    @Test
    void theLastTimeMustHaveBroughtSomething() {
        assertThat(resumes.next(10)).contains(Duration.ZERO);
        assertThat(resumes.next(10)).isEmpty();
    }

    @Test
    void whoGetsFarEnoughHasAllOfThemAgain() {
        assertThat(resumes.next(999)).contains(Duration.ZERO);
        assertThat(resumes.next(1000)).contains(Duration.ZERO);
        assertThat(resumes.next(1500)).contains(SECOND);
        assertThat(resumes.next(1999)).isEmpty();
        assertThat(resumes.next(2000)).contains(Duration.ZERO);
    }

    @Test
    void whatWasThereBeforeIsNoProgress() {
        Resumes later = new Resumes(TWICE, 5000);

        assertThat(later.next(5001)).contains(Duration.ZERO);
        assertThat(later.next(5002)).contains(SECOND);
        assertThat(later.next(5003)).isEmpty();
    }
}
