package io.sluice.cache.flight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

class LocalFlightsTest extends FlightsContract {

    private static final Duration SOON = Duration.ofSeconds(10);

    @Override
    protected Flights<String, String> flights(Duration limit) {
        return new LocalFlights<>(2_000, limit);
    }

    @Test
    void oneFlightTooManyIsRefusedWhileJoiningIsNot() {
        Flights<String, String> flights = new LocalFlights<>(1, SOON);
        Sinks.One<String> work = Sinks.one();
        flights.join("a", work::asMono).subscribe();
        Mono<Landing<String>> joined = flights.join("a", Mono::never).cache();
        joined.subscribe();

        StepVerifier.create(flights.join("b", Mono::never))
                .expectError(TooManyFlightsException.class)
                .verify(SOON);
        assertThat(flights.isInTheAir("b")).isFalse();
        work.tryEmitValue("v").orThrow();

        assertThat(joined.block(SOON)).isEqualTo(new Landing<>("v", true));
        assertThat(flights.join("b", () -> Mono.just("w")).block(SOON)).isEqualTo(new Landing<>("w", false));
    }

    @Test
    void whatReactorThrowsInsteadOfSignallingStillFreesTheKey() {
        Flights<String, String> flights = new LocalFlights<>(1, SOON);

        assertThatThrownBy(() -> flights.join("a", () -> {
                            throw new NoClassDefFoundError("gone");
                        })
                        .block(SOON))
                .isInstanceOf(NoClassDefFoundError.class);

        assertThat(flights.count()).isZero();
        assertThat(flights.join("b", () -> Mono.just("w")).block(SOON)).isEqualTo(new Landing<>("w", false));
    }

    @Test
    void limitsMustBePositive() {
        assertThatThrownBy(() -> new LocalFlights<>(0, SOON)).hasMessageContaining("maximum 0");
        assertThatThrownBy(() -> new LocalFlights<>(1, Duration.ZERO)).hasMessageContaining("PT0S");
    }
}
