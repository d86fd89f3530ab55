package io.sluice.gateway.pull;

import static io.sluice.gateway.pull.BlobRig.headOf;
import static io.sluice.gateway.pull.BlobRig.part;
import static io.sluice.gateway.pull.BlobRig.path;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.error.InvalidContentException;
import io.sluice.gateway.error.RangeUnsatisfiableException;
import io.sluice.gateway.pull.BlobRig.Pulled;
import io.sluice.gateway.pull.BlobRig.Reading;
import io.sluice.gateway.pull.BlobSettings.Ahead;
import io.sluice.oci.ByteRange;
import io.sluice.oci.RangeRequest;
import io.sluice.oci.RangeRequest.Selection;
import io.sluice.testing.Answer;
import io.sluice.testing.Images;
import io.sluice.testing.Images.Content;
import io.sluice.testing.RecordedRequest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlobRangesTest {

    private static final String ALPINE = "library/alpine";
    private static final int SIZE = 4_000_000;
    private static final int THERE = 200_000;

    private static final Duration EVER = Duration.ofDays(1);
    private static final Duration NO_TIME = Duration.ZERO;

    private final Content blob = Images.layer(SIZE, 90);
    private @Nullable BlobRig opened;

    @AfterEach
    void close() throws Exception {
        if (opened != null) {
            opened.awaitRest();
            opened.close();
        }
    }

    /**
     * @param bounded how long a range with an end waits for the fetch
     * @param open how long one without waits
     */
    private BlobRig rig(Duration bounded, Duration open) {
        BlobRig rig = new BlobRig(new BlobSettings(
                BlobRig.SHORT.resuming(),
                BlobRig.SHORT.slowest(),
                BlobRig.SHORT.leaving(),
                new Ahead(bounded, open),
                BlobRig.SHORT.uncachedFor()));
        opened = rig;
        return rig;
    }

    /** The fetch begins, and stands still after the first bytes; requests with a range are answered at once. */
    private void holdTheFetch(BlobRig rig) {
        holdTheFetch(rig, BlobRangesTest::range);
    }

    private void holdTheFetch(BlobRig rig, BiFunction<RecordedRequest, byte[], Answer> ranges) {
        rig.upstream()
                .on("GET", path(ALPINE, blob))
                .sends(headOf(SIZE))
                .sends(part(blob, 0, THERE))
                .awaits("go on")
                .sends(part(blob, THERE, SIZE))
                .then()
                .respondsWith(request -> ranges.apply(request, blob.bytes()));
    }

    private CompletableFuture<Pulled> start(BlobRig rig, String range) {
        return rig.start(rig.target(ALPINE), blob, RangeRequest.parse(range));
    }

    @Test
    @DisplayName("C06: ranges of a cold blob wait for the one fetch, which runs from the first byte")
    void rangesOfAColdBlobWaitForTheFetch() {
        BlobRig rig = rig(EVER, EVER);
        holdTheFetch(rig);

        CompletableFuture<Pulled> first = start(rig, "bytes=0-99");
        CompletableFuture<Pulled> later = start(rig, "bytes=300000-300099");
        CompletableFuture<Pulled> open = start(rig, "bytes=1000000-");
        CompletableFuture<Pulled> several = start(rig, "bytes=10-19,300000-300009");
        assertThat(BlobRig.await(first).body()).isEqualTo(part(blob, 0, 100));
        assertThat(later).isNotDone();
        rig.upstream().release("go on");

        assertThat(BlobRig.await(later).body()).isEqualTo(part(blob, 300_000, 300_100));
        assertThat(BlobRig.await(open).body()).isEqualTo(part(blob, 1_000_000, SIZE));
        assertThat(BlobRig.await(several).body()).hasSize(20).endsWith(part(blob, 300_000, 300_010));
        assertThat(((BlobAnswer.Kept) BlobRig.await(open).answer()).size()).isEqualTo(SIZE);
        assertThat(rig.gets(ALPINE, blob)).containsExactly("whole");
        assertThat(rig.counted("sluice.unverified")).isZero();
    }

    @Test
    @DisplayName("C06: a range of a held blob comes from its file")
    void rangesOfAHeldBlobComeFromItsFile() {
        BlobRig rig = rig(NO_TIME, NO_TIME);
        rig.upstream().blob(ALPINE, blob);
        rig.get(ALPINE, blob);
        rig.awaitRest();

        assertThat(rig.get(ALPINE, blob, "bytes=3999990-").body()).isEqualTo(part(blob, SIZE - 10, SIZE));
        assertThat(rig.get(ALPINE, blob, "bytes=-5").body()).isEqualTo(part(blob, SIZE - 5, SIZE));
        assertThat(rig.get(ALPINE, blob, "bytes=5-5").body()).isEqualTo(part(blob, 5, 6));
        assertThat(rig.get(ALPINE, blob, "bytes=0-9,20-29").answer())
                .isInstanceOfSatisfying(
                        BlobAnswer.Kept.class, kept -> assertThat(kept.ranges()).hasSize(2));
        assertThat(BlobRig.failure(start(rig, "bytes=4000000-"))).isInstanceOf(RangeUnsatisfiableException.class);
        assertThat(rig.gets(ALPINE, blob)).containsExactly("whole");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=3000000-3000099", "bytes=-100", "bytes=3500000-", "bytes=0-9,3000000-3000009"})
    @DisplayName("C06: a range far ahead of the fetch is relayed by itself, counted, and not kept; the fetch goes on")
    void aRangeFarAheadIsRelayed(String range) {
        BlobRig rig = rig(NO_TIME, NO_TIME);
        holdTheFetch(rig);

        Reading fetch = rig.hold(ALPINE, blob);
        fetch.answer();
        Pulled relayed = BlobRig.await(start(rig, range));
        rig.upstream().release("go on");
        fetch.reader().ready(SIZE - 1, 1).block(BlobRig.LIMIT);
        fetch.leave();

        assertThat(relayed.answer()).isInstanceOfSatisfying(BlobAnswer.Passing.class, passing -> {
            assertThat(passing.partial()).isTrue();
            assertThat(passing.status()).isEqualTo(CacheStatus.MISS);
        });
        assertThat(rig.gets(ALPINE, blob)).containsExactly("whole", range);
        assertThat(rig.counted("sluice.unverified")).isEqualTo(1);
        rig.awaitRest();
        assertThat(rig.get(ALPINE, blob).body()).isEqualTo(blob.bytes());
    }

    /** What a registry answers that knows every form of a range, and joins several to some multipart. */
    private static Answer range(RecordedRequest request, byte[] bytes) {
        RangeRequest range = RangeRequest.parse(request.header("Range").orElseThrow());
        Selection.Parts parts = (Selection.Parts) range.select(bytes.length);
        ByteRange first = parts.ranges().getFirst();
        return parts.ranges().size() > 1
                ? parts()
                : new Answer(
                        206,
                        Map.of("Content-Range", first.contentRange(bytes.length)),
                        Arrays.copyOfRange(bytes, (int) first.first(), (int) first.last() + 1));
    }

    private static Answer parts() {
        return new Answer(
                206,
                Map.of("Content-Type", "multipart/byteranges; boundary=b"),
                "--b\r\n\r\n--b--\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    @DisplayName("U30: what the upstream relays is what was asked for; else the range waits for the fetch")
    void aWrongRangeIsNotRelayed() {
        BlobRig rig = rig(NO_TIME, NO_TIME);
        holdTheFetch(
                rig,
                (request, bytes) -> new Answer(206, Map.of("Content-Range", "bytes 0-99/" + SIZE), part(blob, 0, 100)));

        CompletableFuture<Pulled> range = start(rig, "bytes=3000000-3000099");
        rig.upstream().awaitCount("GET " + path(ALPINE, blob), 2);
        rig.upstream().release("go on");

        assertThat(BlobRig.await(range).isKept()).isTrue();
        assertThat(BlobRig.await(range).body()).isEqualTo(part(blob, 3_000_000, 3_000_100));
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 503})
    @DisplayName("C06: where the upstream gives no ranges, a range far ahead waits for the fetch")
    void whereThereAreNoRangesAllWait(int status) {
        BlobRig rig = rig(NO_TIME, NO_TIME);
        holdTheFetch(rig, (request, bytes) -> new Answer(status, Map.of(), status == 200 ? bytes : new byte[0]));

        CompletableFuture<Pulled> range = start(rig, "bytes=3000000-3000099");
        rig.upstream().awaitCount("GET " + path(ALPINE, blob), 2);
        rig.upstream().release("go on");

        assertThat(BlobRig.await(range).isKept()).isTrue();
        assertThat(BlobRig.await(range).body()).isEqualTo(part(blob, 3_000_000, 3_000_100));
        assertThat(rig.counted("sluice.unverified")).isZero();
    }

    @Test
    @DisplayName("C06: a range that reaches the end comes when the whole is verified, and not if it is wrong")
    void aRangeThatReachesTheEndIsVerified() {
        BlobRig rig = rig(EVER, EVER);
        Content small = Images.layer(300_000, 91);
        byte[] flipped = small.bytes().clone();
        flipped[0] ^= 1;
        rig.upstream().on("GET", path(ALPINE, small)).responds(200, Map.of(), flipped);

        CompletableFuture<Pulled> end = rig.start(rig.target(ALPINE), small, RangeRequest.parse("bytes=250000-299999"));

        assertThat(BlobRig.failure(end)).isInstanceOf(InvalidContentException.class);
    }

    @Test
    @DisplayName("C07: clients that ask for open ranges in parallel and hang up after a piece cost one GET")
    void parallelRangesThatHangUpCostOneGet() {
        BlobRig rig = rig(NO_TIME, EVER);
        holdTheFetch(rig);

        List<Reading> readers = IntStream.range(0, 8)
                .mapToObj(i -> rig.hold(rig.target(ALPINE), blob, RangeRequest.parse("bytes=" + i * 200_000 + "-")))
                .toList();
        rig.upstream().awaitReached("go on");
        rig.upstream().release("go on");
        for (Reading each : readers) {
            ByteBuffer piece = ByteBuffer.allocate(100_000);
            each.reader()
                    .read(((BlobAnswer.Kept) each.answer()).ranges().getFirst().first(), piece)
                    .block(BlobRig.LIMIT);
            each.leave();
        }

        assertThat(rig.get(ALPINE, blob).body()).isEqualTo(blob.bytes());
        assertThat(rig.gets(ALPINE, blob)).containsExactly("whole");
    }
}
