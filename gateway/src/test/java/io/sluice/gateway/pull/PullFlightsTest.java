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
