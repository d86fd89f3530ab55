package io.sluice.gateway.pull;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cache.flight.Flights;
import io.sluice.cache.flight.LocalFlights;
import io.sluice.gateway.error.OverloadedException;
import io.sluice.gateway.error.PullException;
import io.sluice.gateway.error.UpstreamTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class PullFlightsTest {

    private static final Duration LIMIT = Duration.ofMillis(200);

    private final Flights<String, String> flights = new PullFlights<>(new LocalFlights<>(1, LIMIT), LIMIT);

    @Test
    @DisplayName("An upstream that drips beyond the limit of a flight is an outage, for which there is a stale answer")
    void aFlightThatTakesTooLongIsAnOutage() {
        StepVerifier.create(flights.join("slow", Mono::never))
                .expectErrorSatisfies(failure -> assertThat(failure)
                        .isInstanceOfSatisfying(
                                UpstreamTimeoutException.class,
                                late -> assertThat(late.isOutage()).isTrue()))
                .verify(Duration.ofSeconds(10));
    }

    @Test
    @DisplayName(
            "G14: who waits for a leader that is stuck waits for the limit of a flight, and who comes then goes alone")
    void whoWaitsForALeaderThatIsStuckIsLetGo() {
        Mono<Throwable> leader = failureOf(flights.join("stuck", Mono::never));
        Mono<Throwable> follower =
                failureOf(flights.join("stuck", () -> Mono.error(new AssertionError("a second one"))));

        StepVerifier.create(Mono.zip(leader, follower))
                .assertNext(both -> {
                    assertThat(both.getT1()).isInstanceOf(UpstreamTimeoutException.class);
                    assertThat(both.getT2()).isInstanceOf(UpstreamTimeoutException.class);
                })
                .expectComplete()
                .verify(Duration.ofSeconds(10));

        StepVerifier.create(flights.join("stuck", () -> Mono.just("here")))
                .assertNext(landing -> {
                    assertThat(landing.value()).isEqualTo("here");
                    assertThat(landing.collapsed()).isFalse();
                })
                .expectComplete()
                .verify(Duration.ofSeconds(10));
    }

    private static Mono<Throwable> failureOf(Mono<?> landing) {
        return landing.<Throwable>map(value -> new AssertionError(value)).onErrorResume(Mono::just);
    }

    @Test
    void oneFlightTooManyIsAnOverload() {
        flights.join("first", Mono::never).subscribe(landing -> {}, failure -> {});

        StepVerifier.create(flights.join("second", Mono::never))
                .expectErrorSatisfies(failure -> assertThat(failure)
                        .isInstanceOfSatisfying(
                                OverloadedException.class,
                                full -> assertThat(((PullException) full).isOutage())
                                        .isTrue()))
                .verify(Duration.ofSeconds(10));
    }
}
