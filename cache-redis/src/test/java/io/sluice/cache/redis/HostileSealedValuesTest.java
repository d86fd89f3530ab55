package io.sluice.cache.redis;

import static io.sluice.cache.redis.TestRedis.SOON;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testing.process.RedisConsole;
import io.sluice.testing.process.RedisServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

/** A Redis that others write to, and one that is not well. */
@TestInstance(Lifecycle.PER_CLASS)
class HostileSealedValuesTest {

    private static final Duration GOOD_FOR = Duration.ofMinutes(5);

    private final AtomicInteger got = new AtomicInteger();

    private RedisServer server;
    private RedisConsole console;
    private RedisCache cache;
    private SealedValues values;
    private long unreadable;

    @BeforeAll
    void start(@TempDir Path directory) {
        server = RedisServer.start(directory, "--rdbcompression", "no");
        console = server.console();
        cache = TestRedis.open(TestRedis.settings(server.url()));
        values = cache.sealedWith(TestKeys.naming(1), TestKeys.sealing(1));
    }

    @AfterAll
    void end() {
        cache.close();
        console.close();
        server.close();
    }

    @BeforeEach
    void fill() {
        console.send("FLUSHALL");
        got.set(0);
        assertThat(get("mine")).isEqualTo("t0ken-1");
        unreadable = unreadable();
    }

    private long unreadable() {
        return cache.faults().getOrDefault(RedisFault.UNREADABLE_RECORD, 0L);
    }

    private Mono<SealedValue> issue() {
        return Mono.fromSupplier(() -> SealedValue.anew("t0ken-" + got.incrementAndGet(), GOOD_FOR));
    }

    private String get(String name) {
        return look(name).text();
    }

    private SealedValue look(String name) {
        return values.get(name.getBytes(UTF_8), value -> true, this::issue)
                .blockOptional(SOON)
                .orElseThrow();
    }

    private String[] keys() {
        return console.send("KEYS", "*").split("\n");
    }

    private String only() {
        return console.send("KEYS", "sluice:1:sealed:*");
    }

    private void assertIsGotAnew() {
        assertThat(get("mine")).isEqualTo("t0ken-2");
        assertThat(unreadable()).isGreaterThan(unreadable);
        assertThat(get("mine")).as("what was written then is whole").isEqualTo("t0ken-2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "garbage that is longer than any head of something sealed, and by far so"})
    @DisplayName("K08: garbage is a miss, and is replaced")
    void garbage(String text) {
        console.send("SET", only(), text, "PX", "60000");
        assertIsGotAnew();
    }

    @Test
    @DisplayName("K08: a value of another kind is a miss, and is replaced")
    void aValueOfAnotherKind() {
        String key = only();
        console.send("DEL", key);
        console.send("LPUSH", key, "x");
        assertIsGotAnew();
    }

    @Test
    @DisplayName("K08: of a value of 64 MiB nothing is read")
    void aHugeValue() {
        console.send("SETRANGE", only(), Integer.toString(64 * 1024 * 1024), "x");
        long sent = TestRedis.sentBy(console);

        assertIsGotAnew();
        assertThat(TestRedis.sentBy(console) - sent).isLessThan(100_000);
    }

    @Test
    @DisplayName("T25 T10: what is sealed for one does not open for another, wherever it is moved")
    void aValueThatWasMoved() {
        String mine = only();
        assertThat(get("another's")).isEqualTo("t0ken-2");
        got.set(1);
        for (String key : keys()) {
            if (!key.equals(mine)) {
                console.send("COPY", key, mine, "REPLACE");
            }
        }
        assertIsGotAnew();
    }

    @Test
    @DisplayName("K20: how long it is good says Redis' own TTL")
    void theTtlSaysHowLongItIsGood() {
        console.send("PEXPIRE", only(), "30000");

        SealedValue found = look("mine");

        assertThat(found.text()).isEqualTo("t0ken-1");
        assertThat(found.remaining()).isBetween(Duration.ofSeconds(10), Duration.ofSeconds(30));
        assertThat(found.age()).isEqualTo(GOOD_FOR.minus(found.remaining()));
    }

    @Test
    @DisplayName("K20: what is to be good for longer than it was, or for ever, is not believed")
    void nothingIsGoodForLongerThanItWas() {
        console.send("PERSIST", only());
        assertIsGotAnew();

        got.set(1);
        unreadable = unreadable();
        console.send("PEXPIRE", only(), Long.toString(GOOD_FOR.multipliedBy(2).toMillis()));
        assertIsGotAnew();
    }

    @Test
    @DisplayName("T20 T30: neither a secret nor what it is for can be read in Redis, in keys and values")
    void nothingCanBeRead() {
        get("repository:acme/secret-project:pull, robot:s3cr3t");
        assertThat(keys()).hasSizeGreaterThanOrEqualTo(2);

        for (String key : keys()) {
            byte[] value = console.send("DUMP".getBytes(UTF_8), key.getBytes(UTF_8));
            assertThat(key + new String(value, ISO_8859_1))
                    .doesNotContain("t0ken", "acme", "secret-project", "robot", "s3cr3t", "mine");
            assertThat(key).matches(Pattern.compile("sluice:1:(sealed|lease):\\{[0-9a-f]{64}}|sluice:1:probe:\\d+"));
            assertThat(Long.parseLong(console.send("PTTL", key)))
                    .as("it leaves in time")
                    .isPositive();
        }
    }

    @Test
    @DisplayName("K02 K03: without Redis everyone gets it for himself, at once")
    void withoutRedisEveryoneGetsItForHimself() {
        server.kill();
        try {
            await().atMost(SOON).until(() -> !cache.state().isWhole());
            for (int i = 2; i < 20; i++) {
                assertThat(get("mine")).isEqualTo("t0ken-" + i);
            }
            values.remove("mine".getBytes(UTF_8), "t0ken-1").block(SOON);
        } finally {
            console.close();
            server.restart();
            console = server.console();
        }
        TestRedis.awaitWhole(cache);
    }

    @Test
    @DisplayName("K05: a Redis that takes no writes is read from, and fails nothing")
    void aFullRedis() {
        console.send("CONFIG", "SET", "maxmemory", "1");
        try {
            assertThat(get("mine")).isEqualTo("t0ken-1");
            assertThat(get("another's")).isEqualTo("t0ken-2");
            assertThat(get("another's")).isEqualTo("t0ken-3");
        } finally {
            console.send("CONFIG", "SET", "maxmemory", "0");
        }
        TestRedis.awaitWhole(cache);
    }
}
