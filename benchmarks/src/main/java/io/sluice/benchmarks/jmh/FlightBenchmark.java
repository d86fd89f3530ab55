package io.sluice.benchmarks.jmh;

import io.sluice.cache.flight.Landing;
import io.sluice.cache.flight.LocalFlights;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/** Sharing a fetch: joining one that is in the air and leaving it, and one that nobody shares. */
@State(Scope.Benchmark)
public class FlightBenchmark {

    private static final String IN_THE_AIR = "in the air";
    private static final String ALONE = "alone";

    private final LocalFlights<String, String> flights = new LocalFlights<>(100, Duration.ofHours(1));

    @Setup
    public void takeOff() {
        flights.join(IN_THE_AIR, Mono::never).subscribe();
    }

    @Benchmark
    public Disposable joinAndLeave() {
        Disposable waiter = flights.join(IN_THE_AIR, Mono::never).subscribe();
        waiter.dispose();
        return waiter;
    }

    @Benchmark
    public @Nullable Landing<String> startAndLand() {
        return flights.join(ALONE, () -> Mono.just(ALONE)).block();
    }
}
