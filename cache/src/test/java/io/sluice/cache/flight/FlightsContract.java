package io.sluice.cache.flight;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.util.context.Context;

/** What every {@link Flights} promises. */
public abstract class FlightsContract {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private final AtomicInteger departures = new AtomicInteger();
    private final Sinks.One<String> work = Sinks.one();

    /** Flights that may take as long as the limit says, with room for 2,000. */
    protected abstract Flights<String, String> flights(Duration limit);

    private Mono<String> departure() {
        departures.incrementAndGet();
        return work.asMono();
    }

    @Test
    void aThousandConcurrentCallersShareOneDeparture() throws InterruptedException {
        Flights<String, String> flights = flights(LIMIT);
        Told outcomes = new Told();
        CountDownLatch joined = new CountDownLatch(1000);

        Flux.range(0, 1000).parallel(8).runOn(Schedulers.boundedElastic()).subscribe(caller -> {
            flights.join("k", this::departure).subscribe(outcomes::landed, outcomes::failed);
            joined.countDown();
        });
        assertThat(joined.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(flights.isInTheAir("k")).isTrue();
        assertThat(flights.count()).isOne();
        work.tryEmitValue("bytes").orThrow();

        outcomes.awaitSize(1000);
        assertThat(departures).hasValue(1);
        assertThat(outcomes.landings)
                .hasSize(1000)
                .allMatch(landing -> landing.value().equals("bytes"));
        assertThat(outcomes.landings.stream().filter(landing -> !landing.collapsed()))
                .hasSize(1);
        assertThat(flights.isInTheAir("k")).isFalse();
        assertThat(flights.count()).isZero();
    }

    @Test
    @DisplayName("G13: a failure reaches every waiter, exactly once")
    void aFailureReachesEveryWaiterExactlyOnce() {
        Flights<String, String> flights = flights(LIMIT);
        Told outcomes = new Told();
        IntStream.range(0, 100)
                .forEach(caller -> flights.join("k", this::departure).subscribe(outcomes::landed, outcomes::failed));

        work.tryEmitError(new IllegalArgumentException("no such thing"));

        outcomes.awaitSize(100);
        assertThat(outcomes.errors)
                .hasSize(100)
                .allSatisfy(error -> assertThat(error).hasMessage("no such thing"));
        assertThat(outcomes.landings).isEmpty();
        assertThat(departures).hasValue(1);
        assertThat(flights.isInTheAir("k")).isFalse();
    }

    @Test
    @DisplayName("C01: the flight outlives its first caller, and every caller")
    void theFlightOutlivesItsCallers() {
        Flights<String, String> flights = flights(LIMIT);
        Disposable first = flights.join("k", this::departure).subscribe();
        Told outcomes = new Told();
        Disposable second = flights.join("k", this::departure).subscribe(outcomes::landed, outcomes::failed);

        first.dispose();
        assertThat(flights.isInTheAir("k")).isTrue();
        assertThat(work.currentSubscriberCount()).isOne();
        second.dispose();
        assertThat(work.currentSubscriberCount()).isOne();
        flights.join("k", this::departure).subscribe(outcomes::landed, outcomes::failed);
        work.tryEmitValue("bytes").orThrow();

        outcomes.awaitSize(1);
        assertThat(outcomes.landings).containsExactly(new Landing<>("bytes", true));
        assertThat(departures).hasValue(1);
    }

    @Test
    void anAssembledJoinStartsNothingUntilItIsSubscribed() {
        Flights<String, String> flights = flights(LIMIT);

        Mono<Landing<String>> join =
                flights.join("k", () -> Mono.fromSupplier(() -> "flight " + departures.incrementAndGet()));

        assertThat(flights.isInTheAir("k")).isFalse();
        assertThat(join.block(SOON)).isEqualTo(new Landing<>("flight 1", false));
        assertThat(join.block(SOON)).isEqualTo(new Landing<>("flight 2", false));
    }

    @Test
    void aDepartureThatThrowsIsAnErrorForAllAndFreesItsKey() {
        Flights<String, String> flights = flights(LIMIT);
        Supplier<Mono<String>> broken = () -> {
            throw new IllegalArgumentException("cannot start");
        };

        StepVerifier.create(flights.join("k", broken))
                .expectErrorMessage("cannot start")
                .verify(SOON);

        assertThat(flights.isInTheAir("k")).isFalse();
        assertThat(flights.join("k", () -> Mono.just("v")).block(SOON)).isEqualTo(new Landing<>("v", false));
    }

    @Test
    void aFlightThatBringsNothingIsAnErrorThatNamesTheKey() {
        StepVerifier.create(flights(LIMIT).join("the-key", Mono::empty))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("the-key"))
                .verify(SOON);
    }

    @Test
    void aFlightThatTakesTooLongFailsForAllAndIsCancelled() {
        Flights<String, String> flights = flights(Duration.ofMillis(50));
        Told outcomes = new Told();

        flights.join("k", this::departure).subscribe(outcomes::landed, outcomes::failed);
        flights.join("k", this::departure).subscribe(outcomes::landed, outcomes::failed);

        outcomes.awaitSize(2);
        assertThat(outcomes.errors).hasSize(2).allMatch(FlightTimeoutException.class::isInstance);
        assertThat(work.currentSubscriberCount()).isZero();
        assertThat(flights.isInTheAir("k")).isFalse();
    }

    @Test
    void theKeyIsFreeAgainWhenTheOutcomeIsTold() {
        Flights<String, String> flights = flights(LIMIT);

        Mono<Boolean> inTheAirWhenTold = flights.join("k", this::departure).map(landing -> flights.isInTheAir("k"));
        Mono<Boolean> told = inTheAirWhenTold.cache();
        told.subscribe();
        work.tryEmitValue("v").orThrow();

        assertThat(told.block(SOON)).isFalse();
    }

    @Test
    void noCallersContextReachesTheDeparture() {
        Flights<String, String> flights = flights(LIMIT);

        Mono<Landing<String>> join = flights.join(
                        "k",
                        () -> Mono.deferContextual(view -> Mono.just(view.hasKey("caller") ? "a caller" : "nobody")))
                .contextWrite(Context.of("caller", "alice"));

        assertThat(join.block(SOON)).isEqualTo(new Landing<>("nobody", false));
    }

    /** Whoever misses what was stored starts a flight, so with nothing lost or stored late each key has exactly one. */
    @Test
    void whoeverComesLateEitherBoardsOrSeesWhatWasStored() {
        Flights<String, String> flights = flights(LIMIT);
        int keys = 5_000;
        int callersPerKey = 8;
        ConcurrentMap<String, String> stored = new ConcurrentHashMap<>();
        ConcurrentMap<String, AtomicInteger> fetches = new ConcurrentHashMap<>();

        long answers = Flux.range(0, keys * callersPerKey)
                .map(i -> "key-" + i / callersPerKey)
                .flatMap(
                        key -> Mono.defer(() -> pull(flights, stored, fetches, key))
                                .subscribeOn(Schedulers.boundedElastic()),
                        64)
                .count()
                .blockOptional(SOON)
                .orElseThrow();

        assertThat(answers).isEqualTo((long) keys * callersPerKey);
        assertThat(fetches.values()).hasSize(keys).allMatch(count -> count.get() == 1);
        assertThat(flights.count()).isZero();
    }

    private static Mono<String> pull(
            Flights<String, String> flights,
            ConcurrentMap<String, String> stored,
            ConcurrentMap<String, AtomicInteger> fetches,
            String key) {
        return flights.join(
                        key,
                        () -> Mono.justOrEmpty(stored.get(key))
                                .switchIfEmpty(Mono.fromSupplier(() -> fetch(stored, fetches, key))
                                        .subscribeOn(Schedulers.parallel())))
                .map(Landing::value);
    }

    private static String fetch(
            ConcurrentMap<String, String> stored, ConcurrentMap<String, AtomicInteger> fetches, String key) {
        fetches.computeIfAbsent(key, k -> new AtomicInteger()).incrementAndGet();
        stored.put(key, "bytes of " + key);
        return "bytes of " + key;
    }

    @Test
    void thousandsOfFlightsOfOneKeyEachTellEveryCallerOnce() {
        Flights<String, String> flights = flights(LIMIT);
        AtomicInteger told = new AtomicInteger();

        Flux.range(0, 20_000)
                .flatMap(
                        i -> flights.join(
                                        "k",
                                        () -> Mono.fromSupplier(() -> "v" + departures.incrementAndGet())
                                                .subscribeOn(Schedulers.parallel()))
                                .doOnNext(landing -> told.incrementAndGet())
                                .subscribeOn(Schedulers.boundedElastic()),
                        32)
                .blockLast(SOON);

        assertThat(told).hasValue(20_000);
        assertThat(departures.get()).isBetween(1, 20_000);
        assertThat(flights.count()).isZero();
    }

    /** What the callers were told. */
    private static final class Told {

        private final ConcurrentLinkedQueue<Landing<String>> landings = new ConcurrentLinkedQueue<>();
        private final ConcurrentLinkedQueue<Throwable> errors = new ConcurrentLinkedQueue<>();

        void landed(Landing<String> landing) {
            landings.add(landing);
        }

        void failed(Throwable error) {
            errors.add(error);
        }

        void awaitSize(int size) {
            long deadline = System.nanoTime() + SOON.toNanos();
            while (landings.size() + errors.size() < size) {
                if (System.nanoTime() > deadline) {
                    throw new AssertionError(List.copyOf(landings) + " and " + List.copyOf(errors));
                }
                Thread.onSpinWait();
            }
        }
    }
}
