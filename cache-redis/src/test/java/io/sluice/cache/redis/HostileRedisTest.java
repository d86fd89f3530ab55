package io.sluice.cache.redis;

import static io.sluice.cache.manifest.Samples.ALPINE;
import static io.sluice.cache.manifest.Samples.NOON;
import static io.sluice.cache.manifest.Samples.digest;
import static io.sluice.cache.manifest.Samples.manifest;
import static io.sluice.cache.manifest.Samples.pointer;
import static io.sluice.cache.redis.TestRedis.SOON;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cache.ContentKey;
import io.sluice.cache.TagKey;
import io.sluice.cache.manifest.Manifest;
import io.sluice.cache.manifest.ManifestCheck;
import io.sluice.cache.manifest.Proof;
import io.sluice.cache.manifest.TagPointer;
import io.sluice.cache.record.Envelope;
import io.sluice.cache.record.ManifestFormat;
import io.sluice.oci.Accept;
import io.sluice.oci.Digest;
import io.sluice.oci.Tag;
import io.sluice.testing.process.RedisConsole;
import io.sluice.testing.process.RedisServer;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What lies in Redis is believed by nobody (T25, K08, G20). */
@TestInstance(Lifecycle.PER_CLASS)
class HostileRedisTest {

    private static final TagKey LATEST = new TagKey(ALPINE, Tag.parse("latest"), Accept.ANY);
    private static final ContentKey CONTENT = new ContentKey(ALPINE, digest(1));
    private static final Proof PROOF = new Proof(NOON, null, -1);
    private static final Manifest HELD = manifest(1, 100);

    private final ManifestFormat format = new ManifestFormat();

    private RedisServer server;
    private RedisConsole console;
    private RedisCache cache;
    private long unreadable;

    @BeforeAll
    void start(@TempDir Path directory) {
        server = RedisServer.start(directory);
        console = server.console();
        cache = TestRedis.open(TestRedis.settings(server.url()));
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
        cache.manifests().put(HELD).block(SOON);
        cache.tags().put(LATEST, pointer(1)).block(SOON);
        cache.membership().prove(ALPINE, Map.of(digest(1), PROOF)).block(SOON);
        unreadable = unreadable();
    }

    @AfterEach
    void itIsWellAllTheTime() {
        assertThat(cache.state().isWhole()).isTrue();
    }

    private long unreadable() {
        return cache.faults().getOrDefault(RedisFault.UNREADABLE_RECORD, 0L);
    }

    private static String key(Digest digest) {
        return "sluice:1:manifest:{" + digest + "}";
    }

    private String only(String kind) {
        return console.send("KEYS", "sluice:1:" + kind + ":*");
    }

    private void assertManifestIsUnreadable() {
        assertThat(cache.manifests().find(HELD.digest()).blockOptional(SOON)).isEmpty();
        assertThat(unreadable()).isGreaterThan(unreadable);
        cache.manifests().put(HELD).block(SOON);
        assertThat(cache.manifests().find(HELD.digest()).blockOptional(SOON)).isPresent();
    }

    private void assertTagIsUnreadable() {
        assertThat(cache.tags().find(LATEST).blockOptional(SOON)).isEmpty();
        assertThat(unreadable()).isGreaterThan(unreadable);
        cache.tags().put(LATEST, pointer(2)).block(SOON);
        assertThat(cache.tags().find(LATEST).blockOptional(SOON)).contains(pointer(2));
        assertThat(cache.tags().variants(ALPINE, LATEST.tag()).block(SOON)).containsValue(pointer(2));
    }

    private void assertProofIsUnreadable() {
        assertThat(cache.membership().find(CONTENT).blockOptional(SOON)).isEmpty();
        assertThat(unreadable()).isGreaterThan(unreadable);
        cache.membership().prove(ALPINE, Map.of(digest(1), PROOF)).block(SOON);
        assertThat(cache.membership().find(CONTENT).blockOptional(SOON)).contains(PROOF);
    }

    @Test
    @DisplayName("K08: a value of another kind is a miss, and what is written next replaces it")
    void aValueOfAnotherKind() {
        String tag = only("tags");
        String proofs = only("proofs");
        console.send("DEL", key(HELD.digest()), tag, proofs);
        console.send("LPUSH", key(HELD.digest()), "x");
        console.send("SET", tag, "x");
        console.send("ZADD", proofs, "1", "x");

        assertManifestIsUnreadable();
        assertTagIsUnreadable();
        assertProofIsUnreadable();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "garbage that is longer than any head of a record"})
    @DisplayName("K08: garbage is a miss")
    void garbage(String text) {
        String tag = only("tags");
        console.send("SET", key(HELD.digest()), text.isEmpty() ? "\u0001" : text);
        for (String field : console.send("HKEYS", only("proofs")).split("\n")) {
            console.send("HSET", only("proofs"), field, text.isEmpty() ? "\u0001" : text);
        }
        console.send(
                "EVAL",
                "for _, f in ipairs(redis.call('HKEYS', KEYS[1])) do redis.call('HSET', KEYS[1], f, ARGV[1]) end",
                "1",
                tag,
                text.isEmpty() ? "\u0001" : text);

        assertManifestIsUnreadable();
        assertTagIsUnreadable();
        assertProofIsUnreadable();
    }

    @ParameterizedTest
    @ValueSource(ints = {100, RedisManifestStore.FIRST_PIECE, RedisManifestStore.FIRST_PIECE + 100})
    @DisplayName("K19: a manifest that comes out of Redis too short is a miss")
    void aTruncatedManifest(int length) {
        Manifest manifest = manifest(3, 2 * RedisManifestStore.FIRST_PIECE);
        cache.manifests().put(manifest).block(SOON);
        console.send(
                "EVAL",
                "return redis.call('SET', KEYS[1], string.sub(redis.call('GET', KEYS[1]), 1, tonumber(ARGV[1])))",
                "1",
                key(manifest.digest()),
                Integer.toString(length));

        assertThat(cache.manifests().find(manifest.digest()).blockOptional(SOON))
                .isEmpty();
        assertThat(unreadable()).isEqualTo(unreadable + 1);
    }

    @Test
    @DisplayName("K08: of a value of 64 MiB no more is read than the longest manifest has")
    void aHugeValue() {
        console.send("SETRANGE", key(HELD.digest()), Integer.toString(64 * 1024 * 1024), "x");
        String tag = only("tags");
        console.send(
                "EVAL",
                "for _, f in ipairs(redis.call('HKEYS', KEYS[1])) do"
                        + " redis.call('HSET', KEYS[1], f, string.rep('x', 16777216)) end",
                "1",
                tag);
        long sent = TestRedis.sentBy(console);

        assertThat(cache.manifests().find(HELD.digest()).blockOptional(SOON)).isEmpty();
        assertThat(cache.tags().find(LATEST).blockOptional(SOON)).isEmpty();
        assertThat(cache.tags().variants(ALPINE, LATEST.tag()).block(SOON)).isEmpty();

        assertThat(unreadable()).isGreaterThanOrEqualTo(unreadable + 2);
        assertThat(TestRedis.sentBy(console) - sent).isLessThan(RedisManifestStore.MAX_RECORD + 100_000L);
    }

    @Test
    @DisplayName("K08 T25: the record of another manifest is a miss, also when it is sealed for this one")
    void theBytesOfAnotherManifest() {
        Manifest other = manifest(2, 100);
        cache.manifests().put(other).block(SOON);
        console.send("COPY", key(other.digest()), key(HELD.digest()), "REPLACE");
        assertManifestIsUnreadable();

        unreadable = unreadable();
        byte[] forged = Envelope.seal(format.key(HELD.digest()), format.write(other));
        console.send("SET".getBytes(UTF_8), key(HELD.digest()).getBytes(UTF_8), forged);
        assertManifestIsUnreadable();
    }

    @Test
    @DisplayName("T25: headers that nobody sends make the record unreadable")
    void headersThatNobodySends() {
        byte[] body = new byte[HELD.size()];
        HELD.bytes().get(body);
        Manifest split = ManifestCheck.verify(HELD.digest(), HELD.mediaType(), body, Map.of("x", "a\r\nset-cookie: b"));
        cache.manifests().put(split).block(SOON);

        assertManifestIsUnreadable();
    }

    @Test
    @DisplayName("G20: a record of another version is a miss")
    void aRecordOfAnotherVersion() {
        byte[] record = Envelope.seal(format.key(HELD.digest()), format.write(HELD));
        record[0] = Envelope.VERSION + 1;
        console.send("SET".getBytes(UTF_8), key(HELD.digest()).getBytes(UTF_8), record);

        assertManifestIsUnreadable();
    }

    @Test
    @DisplayName("K20: a moment that is yet to come is not believed")
    void aMomentThatIsYetToCome() {
        cache.tags()
                .put(
                        LATEST,
                        new TagPointer(
                                pointer(1).confirmed(),
                                Clock.systemUTC().instant().plusSeconds(3600),
                                digest(1)))
                .block(SOON);

        assertTagIsUnreadable();
    }

    @Test
    @DisplayName("T33: clients choose their Accept, and Redis keeps no more than 64 of one tag")
    void theVariantsOfATagAreLimited() {
        for (int i = 0; i < 2 * RedisTagIndex.MAX_VARIANTS; i++) {
            Accept accept = Accept.parse(List.of("application/vnd.example.n" + i + "+json"));
            cache.tags()
                    .put(new TagKey(ALPINE, LATEST.tag(), accept), pointer(i))
                    .block(SOON);
            assertThat(cache.tags()
                            .find(new TagKey(ALPINE, LATEST.tag(), accept))
                            .block(SOON))
                    .isEqualTo(pointer(i));
        }

        assertThat(console.send("HLEN", only("tags"))).isEqualTo(Integer.toString(RedisTagIndex.MAX_VARIANTS));
    }

    @Test
    void everythingInRedisLeavesInTime() {
        for (String key : console.send("KEYS", "sluice:1:*").split("\n")) {
            assertThat(Long.parseLong(console.send("PTTL", key))).as(key).isPositive();
        }
    }
}
