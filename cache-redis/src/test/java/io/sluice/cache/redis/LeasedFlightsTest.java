package io.sluice.cache.redis;

import static io.sluice.cache.manifest.Samples.manifest;
import static io.sluice.cache.redis.TestRedis.AGAIN;
import static io.sluice.cache.redis.TestRedis.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.cache.embedded.EmbeddedCache;
import io.sluice.cache.embedded.EmbeddedCacheSettings;
import io.sluice.cache.flight.Flights;
import io.sluice.cache.flight.Landing;
import io.sluice.cache.flight.LocalFlights;
import io.sluice.cache.manifest.Manifest;
import io.sluice.cache.manifest.ManifestStore;
import io.sluice.oci.Digest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Two replicas that want the same manifest at once. */
@ParameterizedClass
@EnumSource(TestRedis.Kind.class)
class LeasedFlightsTest {

    private static final Manifest WANTED = manifest(1, 100);
    private static final Duration TAKEN_OVER_WITHIN = Leases.LENGTH.plusSeconds(1);

    @RegisterExtension
    static final SharedRedis SERVERS = new SharedRedis();

    private final TestRedis redis;
    private final AtomicInteger fetches = new AtomicInteger();
    private final Sinks.One<Manifest> upstream = Sinks.one();

    private Replica here;
    private Replica there;

    LeasedFlightsTest(TestRedis.Kind kind) {
        this.redis = SERVERS.of(kind);
    }

    /** One of them. */
    private record Replica(
            EmbeddedCache local, RedisCache shared, ManifestStore store, Flights<Digest, Manifest> flights)
            implements AutoCloseable {

        static Replica on(String url) {
            EmbeddedCache local = EmbeddedCache.open(EmbeddedCacheSettings.inMemory());
            RedisCache shared = TestRedis.open(TestRedis.settings(url));
            return new Replica(
                    local,
                    shared,
                    shared.manifestsBehind(local.manifests()),
                    shared.manifestFlights(new LocalFlights<>(100, Duration.ofMinutes(1))));
        }

        /** Looks for it, and fetches and keeps it if it is not there, as a pull does. */
        CompletableFuture<Landing<Manifest>> pull(Mono<Manifest> fetch) {
            Mono<Manifest> kept = fetch.flatMap(fetched -> store.put(fetched).thenReturn(fetched));
            CompletableFuture<Landing<Manifest>> told = new CompletableFuture<>();
            flights.join(WANTED.digest(), () -> store.find(WANTED.digest()), () -> kept)
                    .subscribe(told::complete, told::completeExceptionally);
            return told;
        }

        long events(RedisLeaseEvent event) {
            return shared.leases(event);
        }

        @Override
        public void close() {
            shared.close();
            local.close();
        }
    }

    @BeforeEach
    void start() {
        redis.flush();
        here = Replica.on(redis.url());
        there = Replica.on(redis.url());
    }

    @AfterEach
    void end() {
        here.close();
        there.close();
    }

    private Mono<Manifest> fetch() {
        return Mono.defer(() -> {
            fetches.incrementAndGet();
            return upstream.asMono();
        });
    }

    private static Manifest landed(CompletableFuture<Landing<Manifest>> pull) {
        await().atMost(AGAIN).until(pull::isDone);
        return pull.join().value();
    }

    private void awaitFetches(int count) {
        await().atMost(TAKEN_OVER_WITHIN.plusSeconds(2)).until(() -> fetches.get() == count);
    }

    @Test
    void oneFetchesAndTheOtherFindsTheResult() {
        CompletableFuture<Landing<Manifest>> first = here.pull(fetch());
        awaitFetches(1);
        CompletableFuture<Landing<Manifest>> second = there.pull(fetch());
        // Longer than a lease: the first one renews it.
        await().during(Leases.LENGTH.plusMillis(500)).atMost(AGAIN).until(() -> !second.isDone() && fetches.get() == 1);

        upstream.tryEmitValue(WANTED).orThrow();

        assertThat(landed(first).digest()).isEqualTo(WANTED.digest());
        assertThat(landed(second).digest()).isEqualTo(WANTED.digest());
        assertThat(fetches).hasValue(1);
        assertThat(here.events(RedisLeaseEvent.LED)).isOne();
        assertThat(there.events(RedisLeaseEvent.FOLLOWED)).isOne();
    }

    @Test
    @DisplayName("G13: another replica's failure is not this one's, which tries for itself")
    void whenOneFailsTheOtherTries() {
        Sinks.One<Manifest> failing = Sinks.one();
        CompletableFuture<Landing<Manifest>> first = here.pull(failing.asMono());
        await().atMost(SOON).until(() -> here.events(RedisLeaseEvent.LED) == 1);
        CompletableFuture<Landing<Manifest>> second = there.pull(fetch());

        failing.tryEmitError(new IllegalStateException("no such thing"));
        upstream.tryEmitValue(WANTED).orThrow();

        await().atMost(SOON).until(first::isCompletedExceptionally);
        assertThat(landed(second).digest()).isEqualTo(WANTED.digest());
        assertThat(fetches).hasValue(1);
    }

    @Test
    @DisplayName(
            "G03 K09: the lease of a replica that is gone runs out, and the next one takes over within a second more")
    void aReplicaThatIsGone() {
        CompletableFuture<Landing<Manifest>> first = here.pull(Mono.never());
        await().atMost(SOON).until(() -> here.events(RedisLeaseEvent.LED) == 1);
        CompletableFuture<Landing<Manifest>> second = there.pull(fetch());
        await().during(Duration.ofMillis(500)).atMost(SOON).until(() -> fetches.get() == 0);

        here.shared().close();

        awaitFetches(1);
        upstream.tryEmitValue(WANTED).orThrow();
        assertThat(landed(second).digest()).isEqualTo(WANTED.digest());
        assertThat(first).isNotDone();
    }

    @Test
    @DisplayName("K05 K09 T26: who has lost the lease does not take away the next one's, and both bring the same")
    void aLeaseThatWasLost() {
        CompletableFuture<Landing<Manifest>> first = here.pull(fetch());
        awaitFetches(1);
        redis.flush();
        CompletableFuture<Landing<Manifest>> second = there.pull(fetch());
        awaitFetches(2);
        await().atMost(SOON).until(() -> here.events(RedisLeaseEvent.LOST) == 1);

        upstream.tryEmitValue(WANTED).orThrow();

        assertThat(landed(first).digest()).isEqualTo(WANTED.digest());
        assertThat(landed(second).digest()).isEqualTo(WANTED.digest());
        assertThat(there.events(RedisLeaseEvent.LOST)).isZero();
        assertThat(there.events(RedisLeaseEvent.LED)).isOne();
    }

    @Test
    @DisplayName("K01: without Redis the callers of one replica share a flight, as if there had never been one")
    void withoutRedisAReplicaIsAlone() {
        here.shared().close();
        CompletableFuture<Landing<Manifest>> first = here.pull(fetch());
        CompletableFuture<Landing<Manifest>> second = here.pull(fetch());
        awaitFetches(1);

        upstream.tryEmitValue(WANTED).orThrow();

        assertThat(landed(first).digest()).isEqualTo(WANTED.digest());
        assertThat(landed(second).digest()).isEqualTo(WANTED.digest());
        assertThat(fetches).hasValue(1);
        assertThat(here.events(RedisLeaseEvent.ALONE)).isOne();
    }
}
