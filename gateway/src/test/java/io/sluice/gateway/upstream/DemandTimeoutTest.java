package io.sluice.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

class DemandTimeoutTest {

    private static final Duration LIMIT = Duration.ofMillis(250);
    private static final Duration TEST_LIMIT = Duration.ofSeconds(5);

    private final TestPublisher<Integer> source = TestPublisher.create();
    private final Flux<Integer> watched =
            new DemandTimeout<>(source.flux(), LIMIT, Schedulers.parallel(), TimeoutException::new);

    @Test
    void aSourceThatSendsNothingThatWasAskedForFailsAndIsCancelled() {
        StepVerifier.create(watched).expectError(TimeoutException.class).verify(TEST_LIMIT);

        source.assertCancelled();
    }

    @Test
    void whileNothingIsAskedForNoTimePasses() {
        StepVerifier.create(watched, 0)
                .expectSubscription()
                .expectNoEvent(LIMIT.multipliedBy(2))
                .thenRequest(1)
                .then(() -> source.next(1))
                .expectNext(1)
                .expectNoEvent(LIMIT.multipliedBy(2))
                .thenRequest(1)
                .expectError(TimeoutException.class)
                .verify(TEST_LIMIT);
    }

    @Test
    void theLimitBeginsAnewWithEachElement() {
        StepVerifier.create(watched)
                .expectSubscription()
                .expectNoEvent(LIMIT.dividedBy(2))
                .then(() -> source.next(1))
                .expectNext(1)
                .expectNoEvent(LIMIT.dividedBy(2))
                .then(() -> source.next(2))
                .expectNext(2)
                .expectNoEvent(LIMIT.dividedBy(2))
                .then(source::complete)
                .expectComplete()
                .verify(TEST_LIMIT);
    }

    @Test
    void theLimitIsNotMuchLongerWhenElementsCameBefore() {
        long start = System.nanoTime();

        StepVerifier.create(watched)
                .then(() -> source.next(1, 2, 3))
                .expectNext(1, 2, 3)
                .expectError(TimeoutException.class)
                .verify(TEST_LIMIT);

        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isGreaterThanOrEqualTo(LIMIT)
                .isLessThan(LIMIT.multipliedBy(5));
    }

    @Test
    void anElementThatTakesLongToReadIsNotLate() {
        StepVerifier.create(watched.doOnNext(element -> readSlowly()).take(2))
                .then(() -> source.next(1, 2))
                .expectNext(1, 2)
                .expectComplete()
                .verify(TEST_LIMIT);
    }

    @Test
    void theErrorOfTheSourceIsPassedOn() {
        StepVerifier.create(watched)
                .then(() -> source.error(new IllegalStateException()))
                .expectError(IllegalStateException.class)
                .verify(TEST_LIMIT);
    }

    @Test
    void aReaderThatLeavesCancelsTheSource() {
        StepVerifier.create(watched)
                .then(() -> source.next(1))
                .expectNext(1)
                .thenCancel()
                .verify(TEST_LIMIT);

        source.assertCancelled();
    }

    @Test
    void aLongStreamPassesWhole() {
        Flux<Integer> numbers =
                new DemandTimeout<>(Flux.range(0, 100_000), LIMIT, Schedulers.parallel(), TimeoutException::new);

        StepVerifier.create(numbers.limitRate(3).count())
                .expectNext(100_000L)
                .expectComplete()
                .verify(TEST_LIMIT);
    }

    private static void readSlowly() {
        StepVerifier.create(Mono.delay(LIMIT.multipliedBy(2)))
                .expectNextCount(1)
                .expectComplete()
                .verify(TEST_LIMIT);
    }
}
