package io.sluice.gateway.pull;

import static io.sluice.gateway.pull.BlobRig.headOf;
import static io.sluice.gateway.pull.BlobRig.part;
import static io.sluice.gateway.pull.BlobRig.path;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.error.InvalidContentException;
import io.sluice.gateway.error.PullException;
import io.sluice.gateway.pull.BlobRig.Pulled;
import io.sluice.oci.RangeRequest;
import io.sluice.testing.Answer;
import io.sluice.testing.Images;
import io.sluice.testing.Images.Content;
import io.sluice.testing.ScriptedUpstream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class UncachedBlobTest {

    private static final String ALPINE = "library/alpine";
    private static final int SIZE = 2_000_000;
    private static final int FULL = 1_000_000;

    private final BlobRig rig = new BlobRig(BlobRig.SHORT, 3_000_000);
    private final ScriptedUpstream upstream = rig.upstream();
    private final Content blob = Images.layer(SIZE, 80);
    private final Content large = Images.layer(2 * SIZE, 81);

    @AfterEach
    void close() throws Exception {
        rig.awaitRest();
        rig.close();
    }

    @Test
    @DisplayName("G15: a blob that is too large to be kept passes through, to each of its callers at once")
    void whatDoesNotFitPassesThrough() {
        upstream.on("GET", path(ALPINE, large))
                .awaits("go")
                .respondsWith(request -> Answer.blob(request, large.bytes()));
        upstream.release("go");
        Pulled first = rig.get(ALPINE, large);
        upstream.on("GET", path(ALPINE, large))
                .sends(headOf(2 * SIZE))
                .awaits("all")
                .sends(large.bytes());

        List<CompletableFuture<Pulled>> crowd =
                IntStream.range(0, 10).mapToObj(i -> rig.start(ALPINE, large)).toList();
        upstream.awaitCount("GET " + path(ALPINE, large), 2 + 10);
        upstream.release("all");

        assertThat(first.isKept()).isFalse();
        assertThat(first.body()).isEqualTo(large.bytes());
        assertThat(crowd).allSatisfy(pull -> {
            assertThat(BlobRig.await(pull).body()).isEqualTo(large.bytes());
            assertThat(BlobRig.await(pull).status()).isEqualTo(CacheStatus.MISS);
        });
        assertThat(rig.counted("sluice.blob.uncached")).isEqualTo(11);
        assertThat(rig.blobs().writers()).as("tries to keep it").isEqualTo(1);
    }

    @Test
    @DisplayName("G15 T01: what passes through is verified as well, and a range of it is the one that was asked for")
    void whatPassesThroughIsVerified() {
        upstream.blob(ALPINE, large);

        assertThat(rig.get(ALPINE, large, "bytes=1000-1999").body()).isEqualTo(part(large, 1000, 2000));
        byte[] flipped = large.bytes().clone();
        flipped[7] ^= 1;
        upstream.on("GET", path(ALPINE, large)).responds(200, Map.of(), flipped);
        assertThat(rig.failure(ALPINE, large)).isInstanceOf(InvalidContentException.class);
        assertThat(rig.counted("sluice.rejected.content")).isEqualTo(1);
    }

    @Test
    @DisplayName("K12: the disk is full in the middle of a blob, and every reader gets a whole and verified body")
    void aFullDiskIsNotNoticed() {
        rig.blobs().fullAfter(FULL);
        upstream.on("GET", path(ALPINE, blob))
                .awaits("a crowd")
                .respondsWith(request -> Answer.blob(request, blob.bytes()))
                .then()
                .respondsWith(request -> Answer.blob(request, blob.bytes()));

        List<CompletableFuture<Pulled>> crowd =
                IntStream.range(0, 10).mapToObj(i -> rig.start(ALPINE, blob)).toList();
        CompletableFuture<Pulled> ranged =
                rig.start(rig.target(ALPINE), blob, RangeRequest.parse("bytes=900000-1499999"));
        upstream.awaitReached("a crowd");
        upstream.release("a crowd");

        assertThat(crowd)
                .allSatisfy(pull -> assertThat(BlobRig.await(pull).body()).isEqualTo(blob.bytes()));
        assertThat(BlobRig.await(ranged).body()).isEqualTo(part(blob, 900_000, 1_500_000));
        assertThat(rig.gets(ALPINE, blob))
                .as("the fetch, and each caller's own rest, range, or, if it came too late, whole")
                .hasSize(1 + 10 + 1)
                .anyMatch(range -> range.matches("bytes=\\d{6}-"));
        rig.awaitRest();
        assertThat(rig.blobs().usage().entries()).isZero();
        assertThat(rig.get(ALPINE, blob).isKept())
                .as("the next one passes through")
                .isFalse();
    }

    @Test
    @DisplayName("K12 T01: the rest that passes by the disk is verified together with what was on it")
    void aWrongRestDoesNotEndWell() {
        rig.blobs().fullAfter(FULL);
        byte[] flipped = blob.bytes().clone();
        flipped[SIZE - 1] ^= 1;
        upstream.on("GET", path(ALPINE, blob)).respondsWith(request -> Answer.blob(request, flipped));

        assertThat(rig.failure(ALPINE, blob)).isInstanceOf(InvalidContentException.class);
        assertThat(rig.counted("sluice.rejected.content")).isEqualTo(1);
    }

    @Test
    @DisplayName("K12 U07: the rest that passes by the disk goes on where it breaks off, and nobody notices")
    void aRestThatBreaksOffGoesOn() {
        rig.blobs().fullAfter(FULL);
        upstream.on("GET", path(ALPINE, blob))
                .respondsWith(request -> Answer.blob(request, blob.bytes()))
                .then()
                .sends(headOf(SIZE))
                .sends(part(blob, 0, SIZE - 300_000))
                .closes()
                .then()
                .respondsWith(request -> Answer.blob(request, blob.bytes()));

        assertThat(rig.get(ALPINE, blob).body()).isEqualTo(blob.bytes());
        assertThat(rig.gets(ALPINE, blob)).last().isEqualTo("bytes=1700000-");
        assertThat(rig.counted("sluice.blob.resumes")).isEqualTo(1);
    }

    @Test
    @DisplayName("U07 G15: a blob that passes through goes on where it breaks off, as often as there is progress")
    void whatPassesThroughGoesOn() {
        upstream.on("GET", path(ALPINE, large))
                .sends(headOf(2 * SIZE))
                .stalls()
                .then()
                .sends(headOf(2 * SIZE))
                .sends(part(large, 0, SIZE))
                .closes()
                .then()
                .sends(restFrom(SIZE))
                .sends(part(large, SIZE, SIZE + 100_000))
                .closes()
                .then()
                .respondsWith(request -> Answer.blob(request, large.bytes()));

        Pulled pulled = rig.get(ALPINE, large);

        assertThat(pulled.isKept()).isFalse();
        assertThat(pulled.body()).isEqualTo(large.bytes());
        assertThat(rig.gets(ALPINE, large)).containsExactly("whole", "whole", "bytes=2000000-", "bytes=2100000-");
    }

    @Test
    @DisplayName("U07 G15: a blob that passes through and breaks off where it did before ends with that failure")
    void whatMakesNoProgressEnds() {
        upstream.on("GET", path(ALPINE, large))
                .sends(headOf(2 * SIZE))
                .stalls()
                .then()
                .sends(headOf(2 * SIZE))
                .sends(part(large, 0, SIZE))
                .closes()
                .then()
                .sends(restFrom(SIZE))
                .closes();

        assertThat(rig.failure(ALPINE, large)).isInstanceOf(PullException.class);
        assertThat(rig.gets(ALPINE, large)).containsExactly("whole", "whole", "bytes=2000000-");
    }

    private static String restFrom(int from) {
        int all = 2 * SIZE;
        return "HTTP/1.1 206 OK\r\nContent-Length: " + (all - from) + "\r\nContent-Range: bytes " + from + "-"
                + (all - 1) + "/" + all + "\r\n\r\n";
    }

    @Test
    @DisplayName("K12: a disk that takes nothing at all lets everything pass")
    void aDiskThatTakesNothingLetsEverythingPass() {
        rig.blobs().fullAfter(0);
        upstream.blob(ALPINE, blob);

        assertThat(rig.get(ALPINE, blob).body()).isEqualTo(blob.bytes());
        assertThat(rig.get(ALPINE, blob).isKept()).isFalse();
    }
}
