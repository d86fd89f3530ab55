package io.sluice.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.error.UpstreamUnreachableException;
import io.sluice.oci.Digest;
import io.sluice.oci.RepositoryName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.scheduler.VirtualTimeScheduler;

@DisplayName("G05: the registries of an older configuration")
class RetiredRegistriesTest {

    private static final RegistryRequest REQUEST = RegistryRequest.tags(RepositoryName.parse("app"), null, null);
    private static final Duration QUIET = Duration.ofMinutes(1);
    private static final Duration LIMIT = Duration.ofHours(6);

    private final List<Sinks.One<String>> answers = new ArrayList<>();
    private final AtomicInteger closed = new AtomicInteger();
    private final OpenRegistry registry = new OpenRegistry(new Asked(), closed::incrementAndGet);
    private VirtualTimeScheduler time;
    private RetiredRegistries retired;

    /** A registry whose answers come when the test says so. */
    private final class Asked implements Registry {

        @Override
        @SuppressWarnings("unchecked")
        public <T> Mono<T> send(RegistryRequest request, ResponseReader<T> reader) {
            Sinks.One<String> answer = Sinks.one();
            answers.add(answer);
            return (Mono<T>) answer.asMono();
        }

        @Override
        public void distrust(Digest blob) {}

        @Override
        public OptionalDouble budgetLeft() {
            return OptionalDouble.empty();
        }
    }

    @BeforeEach
    void stopTheClock() {
        time = VirtualTimeScheduler.getOrSet();
        retired = new RetiredRegistries(QUIET, LIMIT);
    }

    @AfterEach
    void letTheClockGo() {
        VirtualTimeScheduler.reset();
    }

    private CompletableFuture<@Nullable String> ask() {
        return registry.<String>send(REQUEST, (head, body) -> Mono.empty()).toFuture();
    }

    @Test
    void aRegistryThatNobodyAsksIsClosed() {
        retired.add(registry);
        assertThat(closed).hasValue(0);

        time.advanceTimeBy(QUIET);

        assertThat(closed).hasValue(1);
        assertThat(retired.count()).isZero();
    }

    @Test
    void aRequestThatIsUnderWayEndsFirstAndTheNextOneMayComeALittleLater() {
        CompletableFuture<@Nullable String> asked = ask();
        retired.add(registry);
        time.advanceTimeBy(QUIET.multipliedBy(60));
        assertThat(closed).hasValue(0);

        answers.getFirst().tryEmitValue("the first half");
        time.advanceTimeBy(QUIET);
        CompletableFuture<@Nullable String> goesOn = ask();
        time.advanceTimeBy(QUIET.multipliedBy(3));
        answers.getLast().tryEmitValue("the rest");

        assertThat(asked).isCompletedWithValue("the first half");
        assertThat(goesOn).isCompletedWithValue("the rest");
        assertThat(closed).hasValue(0);
        time.advanceTimeBy(QUIET.multipliedBy(2));
        assertThat(closed).hasValue(1);
    }

    @Test
    void whoComesAfterItWasClosedIsServedAndLeavesNothingOpen() {
        retired.add(registry);
        time.advanceTimeBy(QUIET);

        CompletableFuture<@Nullable String> late = ask();
        answers.getFirst().tryEmitValue("all the same");

        assertThat(late).isCompletedWithValue("all the same");
        assertThat(closed).hasValue(2);
    }

    @Test
    void afterTheLimitWhatIsUnderWayFails() {
        CompletableFuture<@Nullable String> asked = ask();
        retired.add(registry);

        time.advanceTimeBy(LIMIT);

        assertThat(closed).hasPositiveValue();
        assertThat(asked)
                .failsWithin(Duration.ofSeconds(1))
                .withThrowableThat()
                .withCauseInstanceOf(UpstreamUnreachableException.class);
        assertThat(ask()).isCompletedExceptionally();
        assertThat(retired.count()).isZero();
    }

    @Test
    void thereAreNoMoreThanSoMany() {
        retired.add(registry);
        CompletableFuture<@Nullable String> asked = ask();
        for (int i = 0; i < 2 * RetiredRegistries.MAX; i++) {
            retired.add(new OpenRegistry(new Asked(), closed::incrementAndGet));
        }

        assertThat(retired.count()).isEqualTo(RetiredRegistries.MAX);
        assertThat(asked).isNotDone();
    }
}
