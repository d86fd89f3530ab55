package io.sluice.gateway.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

class WatchedTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Sinks.Empty<Void> watch = Sinks.empty();

    @Test
    void aStreamIsCancelledWhenItsWatchFails() {
        TestPublisher<String> work = TestPublisher.create();

        StepVerifier.create(Watched.by(watch.asMono(), work.flux()))
                .then(() -> work.next("a"))
                .expectNext("a")
                .then(() -> watch.tryEmitError(new IllegalStateException("too slow")))
                .verifyErrorMessage("too slow");

        work.assertCancelled();
    }

    @Test
    void workIsCancelledWhenItsWatchFails() {
        TestPublisher<Void> work = TestPublisher.create();

        StepVerifier.create(Watched.by(watch.asMono(), work.mono()))
                .then(() -> watch.tryEmitError(new IllegalStateException("too slow")))
                .verifyErrorMessage("too slow");

        work.assertCancelled();
    }

    @Test
    void itEndsAsTheWorkDoesAndNobodyWatchesAnyMore() {
        assertThat(Watched.by(watch.asMono(), Flux.just(1, 2)).collectList().block(LIMIT))
                .containsExactly(1, 2);
        StepVerifier.create(Watched.by(watch.asMono(), Mono.error(new IllegalStateException("broken"))))
                .verifyErrorMessage("broken");
        assertThat(watch.currentSubscriberCount()).isZero();
    }
}
