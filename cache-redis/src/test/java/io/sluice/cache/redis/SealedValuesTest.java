package io.sluice.cache.redis;

import static io.sluice.cache.redis.TestRedis.AGAIN;
import static io.sluice.cache.redis.TestRedis.SOON;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
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

/** Two replicas that want the same secret. */
@ParameterizedClass
@EnumSource(TestRedis.Kind.class)
class SealedValuesTest {

    private static final byte[] NAME = "whose it is".getBytes(UTF_8);
    private static final Duration GOOD_FOR = Duration.ofMinutes(5);

    @RegisterExtension
    static final SharedRedis SERVERS = new SharedRedis();

    private final TestRedis redis;
    private final AtomicInteger got = new AtomicInteger();
    private RedisCache here;
    private RedisCache there;

    SealedValuesTest(TestRedis.Kind kind) {
        this.redis = SERVERS.of(kind);
    }

    @BeforeEach
    void start() {
        redis.flush();
        here = TestRedis.open(TestRedis.settings(redis.url()));
        there = TestRedis.open(TestRedis.settings(redis.url()));
    }

    @AfterEach
    void end() {
        here.close();
        there.close();
    }

    private static SealedValues values(RedisCache replica, int cluster) {
        return replica.sealedWith(TestKeys.naming(cluster), TestKeys.sealing(cluster));
    }

    private Mono<SealedValue> issue() {
        return Mono.fromSupplier(() -> SealedValue.anew("t0ken-" + got.incrementAndGet(), GOOD_FOR));
    }

    private String get(RedisCache replica) {
        return get(values(replica, 1));
    }

    private String get(SealedValues values) {
        return values.get(NAME, value -> true, this::issue)
                .map(SealedValue::text)
                .blockOptional(SOON)
                .orElseThrow();
    }

    private static CompletableFuture<SealedValue> begin(RedisCache replica, Mono<SealedValue> source) {
        return values(replica, 1)
                .get(NAME, value -> true, () -> source)
                .toFuture()
                .thenApply(Objects::requireNonNull);
    }

    @Test
    @DisplayName("U15: what both want at once one gets, and the other has from it")
    void oneGetsItForBoth() {
        Sinks.One<SealedValue> source = Sinks.one();
        CompletableFuture<SealedValue> first = begin(here, source.asMono());
        await().atMost(SOON).until(() -> here.leases(RedisLeaseEvent.LED) == 1);
        CompletableFuture<SealedValue> second = begin(there, issue());
        await().during(Duration.ofMillis(500)).atMost(SOON).until(() -> !second.isDone());

        source.tryEmitValue(SealedValue.anew("t0ken", GOOD_FOR)).orThrow();

        assertThat(first.join().text()).isEqualTo("t0ken");
        await().atMost(SOON).until(second::isDone);
        assertThat(second.join().text()).isEqualTo("t0ken");
        assertThat(second.join().remaining()).isBetween(GOOD_FOR.minus(SOON), GOOD_FOR);
        assertThat(second.join().age()).isEqualTo(GOOD_FOR.minus(second.join().remaining()));
        assertThat(got).hasValue(0);
        assertThat(there.leases(RedisLeaseEvent.FOLLOWED)).isOne();
    }

    @Test
    void whatLiesThereIsHadWithoutALease() {
        assertThat(get(here)).isEqualTo("t0ken-1");
        assertThat(get(there)).isEqualTo("t0ken-1");

        assertThat(there.lookups(RedisKind.SEALED, RedisLookup.HIT)).isOne();
        assertThat(there.leases(RedisLeaseEvent.FOLLOWED)).isZero();
    }

    @Test
    @DisplayName("G13: a failure is the own one, and the next one tries for itself")
    void aFailureIsNotPassedOn() {
        Sinks.One<SealedValue> source = Sinks.one();
        CompletableFuture<SealedValue> first = begin(here, source.asMono());
        await().atMost(SOON).until(() -> here.leases(RedisLeaseEvent.LED) == 1);
        CompletableFuture<SealedValue> second = begin(there, issue());

        source.tryEmitError(new IllegalStateException("no")).orThrow();

        await().atMost(SOON).until(() -> first.isDone() && second.isDone());
        assertThat(second.join().text()).isEqualTo("t0ken-1");
        assertThatThrownBy(first::join).hasMessageContaining("no");
    }

    @Test
    @DisplayName("G14: for one who does not get it nobody waits longer than some seconds")
    void nobodyWaitsForEver() {
        CompletableFuture<SealedValue> first = begin(here, Mono.never());
        await().atMost(SOON).until(() -> here.leases(RedisLeaseEvent.LED) == 1);

        CompletableFuture<SealedValue> second = begin(there, issue());

        await().atMost(Duration.ofSeconds(8)).until(second::isDone);
        assertThat(second.join().text()).isEqualTo("t0ken-1");
        assertThat(there.leases(RedisLeaseEvent.ALONE)).isOne();
        assertThat(first).isNotDone();
    }

    @Test
    @DisplayName("U16: what is good no more leaves, and what has taken its place stays")
    void onlyWhatIsNamedLeaves() {
        get(here);

        values(there, 1).remove(NAME, "another").block(SOON);
        assertThat(get(there)).isEqualTo("t0ken-1");
        values(there, 1).remove(NAME, "t0ken-1").block(SOON);
        assertThat(get(here)).isEqualTo("t0ken-2");
        assertThat(get(there)).isEqualTo("t0ken-2");
    }

    @Test
    void whatIsNotGoodEnoughIsGotAnewAndReplaced() {
        get(here);

        String text = values(there, 1)
                .get(NAME, value -> !value.text().equals("t0ken-1"), this::issue)
                .map(SealedValue::text)
                .blockOptional(SOON)
                .orElseThrow();

        assertThat(text).isEqualTo("t0ken-2");
        assertThat(get(here)).isEqualTo("t0ken-2");
    }

    @Test
    @DisplayName("T25: who has another secret has nothing from here, nor does it harm")
    void aReplicaWithAnotherSecretIsByItself() {
        assertThat(get(here)).isEqualTo("t0ken-1");
        assertThat(get(values(there, 2))).isEqualTo("t0ken-2");
        assertThat(get(here)).isEqualTo("t0ken-1");
        assertThat(get(values(there, 2))).isEqualTo("t0ken-2");
    }

    @Test
    void whatIsTooLongOrGoodForAMomentOnlyIsNotShared() {
        String longer = "x".repeat(SealedRecords.MAX_TEXT + 1);
        for (SealedValue value :
                new SealedValue[] {SealedValue.anew(longer, GOOD_FOR), SealedValue.anew("t0ken", Duration.ZERO)}) {
            assertThat(begin(here, Mono.just(value))
                            .orTimeout(20, TimeUnit.SECONDS)
                            .join())
                    .isEqualTo(value);
            assertThat(get(there)).isEqualTo("t0ken-" + got.get());
            values(there, 1).remove(NAME, "t0ken-" + got.get()).block(SOON);
        }
        assertThat(got).hasValue(2);
        await().atMost(AGAIN).until(() -> here.state().isWhole());
    }
}
