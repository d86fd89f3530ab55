package io.sluice.gateway.pull;

import static io.sluice.gateway.pull.BlobRig.headOf;
import static io.sluice.gateway.pull.BlobRig.part;
import static io.sluice.gateway.pull.BlobRig.path;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.error.InvalidContentException;
import io.sluice.gateway.error.UpstreamProtocolException;
import io.sluice.gateway.pull.BlobRig.Pulled;
import io.sluice.gateway.pull.BlobRig.Reading;
import io.sluice.oci.Accept;
import io.sluice.oci.RangeRequest;
import io.sluice.oci.Tag;
import io.sluice.testing.Images;
import io.sluice.testing.Images.Content;
import io.sluice.testing.ScriptedUpstream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WrongBlobTest {

    private static final String ALPINE = "library/alpine";
    private static final int SIZE = 500_000;

    private final BlobRig rig = new BlobRig();
    private final ScriptedUpstream upstream = rig.upstream();
    private final Content blob = Images.layer(SIZE, 50);

    @AfterEach
    void close() throws Exception {
        rig.awaitRest();
        rig.close();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.5, 1})
    @DisplayName(
            "T01 U11: of a blob with a wrong bit nobody gets the end, nothing is kept, and the next request fetches anew")
    void aWrongBitAbortsEveryone(double where) {
        byte[] flipped = blob.bytes().clone();
        flipped[(int) (where * (SIZE - 1))] ^= 1;
        upstream.on("GET", path(ALPINE, blob))
                .awaits("a crowd")
                .responds(200, Map.of(), flipped)
                .then()
                .responds(200, Map.of(), blob.bytes());

        List<CompletableFuture<Pulled>> crowd =
                IntStream.range(0, 20).mapToObj(i -> rig.start(ALPINE, blob)).toList();
        upstream.awaitReached("a crowd");
        upstream.release("a crowd");

        assertThat(crowd)
                .allSatisfy(pull -> assertThat(BlobRig.failure(pull)).isInstanceOf(InvalidContentException.class));
        rig.awaitRest();
        assertThat(rig.blobs().usage().entries()).isZero();
        assertThat(rig.counted("sluice.rejected.content")).isEqualTo(1);
        assertThat(rig.get(ALPINE, blob).body()).isEqualTo(blob.bytes());
    }

    @Test
    @DisplayName("T01: a blob that came wrong is fetched through a connection of its own, and others as ever")
    void aWrongBlobIsFetchedElsewhere() {
        byte[] flipped = blob.bytes().clone();
        flipped[0] ^= 1;
        upstream.on("GET", path(ALPINE, blob))
                .responds(200, Map.of(), flipped)
                .then()
                .responds(200, Map.of(), blob.bytes());
        Content other = Images.layer(1000, 53);
        upstream.blob(ALPINE, other);

        assertThat(rig.failure(ALPINE, blob)).isInstanceOf(InvalidContentException.class);
        rig.awaitRest();
        assertThat(rig.get(ALPINE, blob).body()).isEqualTo(blob.bytes());
        assertThat(upstream.connections()).isEqualTo(2);
        assertThat(rig.get(ALPINE, other).body()).isEqualTo(other.bytes());
        assertThat(upstream.connections()).isEqualTo(2);
    }

    @Test
    @DisplayName("U11: a wrong blob that is shorter than the tail is an error instead of an answer")
    void aSmallWrongBlobIsAnError() {
        Content small = Images.layer(1000, 51);
        upstream.on("GET", path(ALPINE, small)).responds(200, Map.of(), part(blob, 0, 1000));

        assertThat(rig.failure(ALPINE, small)).isInstanceOf(InvalidContentException.class);
    }

    @Test
    @DisplayName("U09: more bytes than were announced are passed over, and the connection is not used again")
    void moreThanAnnouncedIsPassedOver() {
        upstream.on("GET", path(ALPINE, blob))
                .sends(headOf(SIZE))
                .sends(blob.bytes())
                .sends("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
        Content next = Images.layer(4, 52);
        upstream.blob(ALPINE, next);

        assertThat(rig.get(ALPINE, blob).body()).isEqualTo(blob.bytes());
        rig.awaitRest();
        assertThat(rig.get(ALPINE, next).body()).isEqualTo(next.bytes());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: -5",
                "Content-Length: 5\r\nContent-Length: 6",
                "Content-Length: 5\r\nTransfer-Encoding: chunked",
                "Content-Length: 99999999999999999999999",
            })
    @DisplayName("U09: an answer whose framing can be read in two ways is refused, and its connection is closed")
    void ambiguousFramingIsRefused(String framing) {
        upstream.on("GET", path(ALPINE, blob))
                .sends("HTTP/1.1 200 OK\r\n" + framing + "\r\n\r\n")
                .sends(blob.bytes())
                .stalls();

        assertThat(rig.failure(ALPINE, blob)).isInstanceOf(UpstreamProtocolException.class);
        upstream.awaitHangUps(1);
        assertThat(rig.blobs().usage().entries()).isZero();
    }

    @Test
    @DisplayName("U09: without a length the whole is the answer, and its length is not known before its end")
    void withoutALengthItIsChunked() {
        upstream.on("GET", path(ALPINE, blob)).sends(chunked()).awaits("half").sends("\r\n0\r\n\r\n");

        Reading reading = rig.hold(ALPINE, blob);
        long announced = ((BlobAnswer.Kept) reading.answer()).size();
        CompletableFuture<Pulled> ranged = rig.start(rig.target(ALPINE), blob, RangeRequest.parse("bytes=0-9"));
        upstream.awaitReached("half");
        upstream.release("half");

        assertThat(announced).isEqualTo(-1);
        assertThat(BlobRig.await(ranged).body())
                .as("ranges of it are passed over")
                .isEqualTo(blob.bytes());
        reading.leave();
        rig.awaitRest();
        assertThat(rig.get(ALPINE, blob, "bytes=0-9").body()).hasSize(10);
    }

    private byte[] chunked() {
        String head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(SIZE) + "\r\n";
        byte[] start = head.getBytes(StandardCharsets.US_ASCII);
        byte[] all = Arrays.copyOf(start, start.length + SIZE);
        System.arraycopy(blob.bytes(), 0, all, start.length, SIZE);
        return all;
    }

    @Test
    @DisplayName("U09: the length that a manifest names is the blob's, where the upstream says none")
    void aNamedLengthIsKnown() {
        pullManifest();
        upstream.on("GET", path(ALPINE, blob)).sends(chunked()).sends("\r\n0\r\n\r\n");

        Pulled pulled = rig.get(ALPINE, blob);

        assertThat(pulled.body()).isEqualTo(blob.bytes());
        assertThat(((BlobAnswer.Kept) pulled.answer()).size()).isEqualTo(SIZE);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 1})
    @DisplayName("U09 T15: a blob that has not the length its manifest names is refused before its first byte")
    void anotherLengthThanTheNamedOneIsRefused(int difference) {
        pullManifest();
        upstream.on("GET", path(ALPINE, blob)).sends(headOf(SIZE + difference)).stalls();

        assertThat(rig.failure(ALPINE, blob)).isInstanceOf(InvalidContentException.class);
        assertThat(rig.blobs().usage().arriving()).isZero();
        assertThat(rig.counted("sluice.rejected.content")).isEqualTo(1);
        assertThat(rig.counted("sluice.fetched.bytes")).isLessThan(1000);
    }

    @Test
    @DisplayName("T15: an endless body ends behind the last byte that its manifest names")
    void anEndlessBodyEndsAtTheNamedLength() {
        pullManifest();
        upstream.on("GET", path(ALPINE, blob))
                .sends("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
                .writes(this::chunksForEver);

        assertThat(rig.failure(ALPINE, blob)).isInstanceOf(InvalidContentException.class);
        upstream.awaitHangUps(1);
        assertThat(rig.blobs().usage().entries()).isZero();
    }

    private void chunksForEver(OutputStream out) throws IOException {
        while (true) {
            out.write("10000\r\n".getBytes(StandardCharsets.US_ASCII));
            out.write(new byte[0x10000]);
            out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
        }
    }

    @Test
    @DisplayName("C09: the length that a manifest names does not answer a HEAD, which asks whether the blob is there")
    void aNamedLengthIsNoAnswerToAHead() {
        pullManifest();
        upstream.blob(ALPINE, blob);

        BlobHead head = Objects.requireNonNull(rig.pulls()
                .blobs()
                .head(rig.target(ALPINE), BlobRig.digest(blob))
                .block(BlobRig.LIMIT));

        assertThat(head.size()).isEqualTo(SIZE);
        assertThat(upstream.count("HEAD " + path(ALPINE, blob))).isEqualTo(1);
        upstream.on("GET", path(ALPINE, blob)).sends(headOf(SIZE + 1)).stalls();
        assertThat(rig.failure(ALPINE, blob))
                .as("and a HEAD does not make the named length forgotten")
                .isInstanceOf(InvalidContentException.class);
    }

    private void pullManifest() {
        Content image = Images.image(blob);
        upstream.manifest(ALPINE, image, "latest");
        rig.pulls()
                .manifests()
                .get(rig.target(ALPINE), new Tag("latest"), Accept.ANY)
                .block(BlobRig.LIMIT);
    }
}
