package io.sluice.gateway.pull;

import static io.sluice.gateway.pull.BlobRig.headOf;
import static io.sluice.gateway.pull.BlobRig.part;
import static io.sluice.gateway.pull.BlobRig.path;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.error.InvalidContentException;
import io.sluice.gateway.error.UpstreamProtocolException;
import io.sluice.gateway.error.UpstreamUnreachableException;
import io.sluice.gateway.pull.BlobRig.Pulled;
import io.sluice.testing.Answer;
import io.sluice.testing.Images;
import io.sluice.testing.Images.Content;
import io.sluice.testing.RecordedRequest;
import io.sluice.testing.Script;
import io.sluice.testing.ScriptedUpstream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ResumedBlobTest {

    private static final String ALPINE = "library/alpine";
    private static final int SIZE = 1_000_000;
    private static final int HALF = SIZE / 2;
    private static final String REST = "bytes=" + HALF + "-";

    private final BlobRig rig = new BlobRig();
    private final ScriptedUpstream upstream = rig.upstream();
    private final Content blob = Images.layer(SIZE, 40);

    @AfterEach
    void close() throws Exception {
        rig.awaitRest();
        rig.close();
    }

    private Script firstHalf() {
        return upstream.on("GET", path(ALPINE, blob)).sends(headOf(SIZE)).sends(part(blob, 0, HALF));
    }

    private Answer rest(RecordedRequest request) {
        return Answer.blob(request, blob.bytes());
    }

    @Test
    @DisplayName("U07: a body that ends early goes on at exactly that byte, and nobody notices")
    void aTruncatedBodyGoesOn() {
        firstHalf().awaits("a crowd").closes().then().respondsWith(this::rest);

        List<CompletableFuture<Pulled>> crowd =
                IntStream.range(0, 20).mapToObj(i -> rig.start(ALPINE, blob)).toList();
        upstream.awaitReached("a crowd");
        upstream.release("a crowd");

        assertThat(crowd)
                .allSatisfy(pull -> assertThat(BlobRig.await(pull).body()).isEqualTo(blob.bytes()));
        assertThat(rig.gets(ALPINE, blob)).containsExactly("whole", REST);
        assertThat(rig.counted("sluice.blob.resumes")).isEqualTo(1);
        rig.awaitRest();
        assertThat(rig.get(ALPINE, blob).status()).isEqualTo(CacheStatus.HIT);
    }

    @Test
    @DisplayName("U08: a connection that is reset is replaced, and the body goes on")
    void aResetBodyGoesOn() {
        firstHalf().resets().then().respondsWith(this::rest);

        assertThat(rig.get(ALPINE, blob).body()).isEqualTo(blob.bytes());
        assertThat(rig.gets(ALPINE, blob)).hasSize(2);
    }

    @Test
    @DisplayName("U07: an upstream that gives no ranges sends it all again, and what is there already is passed over")
    void anUpstreamWithoutRangesSendsItAllAgain() {
        firstHalf().closes().then().responds(200, Map.of(), blob.bytes());

        assertThat(rig.get(ALPINE, blob).body()).isEqualTo(blob.bytes());
        assertThat(rig.gets(ALPINE, blob)).containsExactly("whole", REST);
    }

    @Test
    @DisplayName("U10: a chunked body without its last chunk, or with a chunk that is none, goes on as well")
    void aBrokenChunkedBodyGoesOn() {
        String half = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(HALF) + "\r\n";
        upstream.on("GET", path(ALPINE, blob))
                .sends(half)
                .sends(part(blob, 0, HALF))
                .sends("\r\n")
                .closes()
                .then()
                .respondsWith(this::rest);
        upstream.on("GET", path("library/junk", blob))
                .sends(half)
                .sends(part(blob, 0, HALF))
                .sends("\r\nzz\r\n")
                .then()
                .respondsWith(this::rest);

        assertThat(rig.get(ALPINE, blob).body()).isEqualTo(blob.bytes());
        rig.awaitRest();
        rig.blobs().remove(BlobRig.digest(blob)).block(BlobRig.LIMIT);
        assertThat(rig.get("library/junk", blob).body()).isEqualTo(blob.bytes());
        assertThat(rig.gets("library/junk", blob)).containsExactly("whole", REST);
    }

    @Test
    @DisplayName("U10: what lacks nothing but the end of its framing is not asked for again")
    void whatLacksOnlyItsFramingIsComplete() {
        upstream.on("GET", path(ALPINE, blob))
                .sends(headOf(SIZE))
                .sends(part(blob, 0, HALF))
                .closes()
                .then()
                .sends(
                        "HTTP/1.1 206 OK\r\nTransfer-Encoding: chunked\r\nContent-Range: bytes 500000-999999/1000000\r\n\r\n")
                .sends(Integer.toHexString(HALF) + "\r\n")
                .sends(part(blob, HALF, SIZE))
                .closes();

        assertThat(rig.get(ALPINE, blob).body()).isEqualTo(blob.bytes());
        assertThat(rig.gets(ALPINE, blob)).containsExactly("whole", REST);
    }

    @ParameterizedTest
    @MethodSource("wrongRests")
    @DisplayName("U30: a rest that is not the one that was asked for is refused, and nothing is kept")
    void aWrongRestIsRefused(int status, String contentRange, Class<? extends Throwable> failure) {
        firstHalf()
                .closes()
                .then()
                .responds(status, Map.of("Content-Range", contentRange), part(blob, HALF, SIZE))
                .then()
                .respondsWith(this::rest);

        assertThat(rig.failure(ALPINE, blob)).isInstanceOf(failure);
        rig.awaitRest();

        assertThat(rig.gets(ALPINE, blob)).containsExactly("whole", REST);
        assertThat(rig.blobs().usage().entries()).isZero();
        assertThat(rig.get(ALPINE, blob).body()).isEqualTo(blob.bytes());
        assertThat(rig.gets(ALPINE, blob)).endsWith("whole");
    }

    static Stream<Arguments> wrongRests() {
        return Stream.of(
                Arguments.of(206, "bytes 500001-999999/1000000", UpstreamProtocolException.class),
                Arguments.of(206, "bytes 500000-999998/1000000", UpstreamProtocolException.class),
                Arguments.of(206, "bytes 500000-999999/*", UpstreamProtocolException.class),
                Arguments.of(206, "lines 1-2/3", UpstreamProtocolException.class),
                Arguments.of(206, "bytes 500000-1000000/1000001", InvalidContentException.class),
                Arguments.of(416, "bytes */400000", UpstreamProtocolException.class));
    }

    @Test
    @DisplayName("U30: a whole of another length is not the same blob")
    void aWholeOfAnotherLengthIsRefused() {
        firstHalf().closes().then().responds(200, Map.of(), part(blob, 0, SIZE - 1));

        assertThat(rig.failure(ALPINE, blob)).isInstanceOf(InvalidContentException.class);
    }

    @Test
    @DisplayName("U06: an upstream that brings nothing more is not asked for ever")
    void withoutProgressItEnds() {
        firstHalf()
                .closes()
                .then()
                .sends("HTTP/1.1 206 OK\r\nContent-Length: " + HALF
                        + "\r\nContent-Range: bytes 500000-999999/1000000\r\n\r\n")
                .closes();

        assertThat(rig.failure(ALPINE, blob)).isInstanceOf(UpstreamUnreachableException.class);
        assertThat(rig.gets(ALPINE, blob)).containsExactly("whole", REST);
    }

    @Test
    @DisplayName("U06: an upstream that drips is asked four times, one that gets on as often as it takes")
    void aLittleProgressIsGoodForAFewTimes() {
        upstream.on("GET", path(ALPINE, blob))
                .sends(headOf(SIZE))
                .sends(part(blob, 0, 10))
                .closes()
                .then()
                .writes(out -> drip(out, 10))
                .closes()
                .then()
                .writes(out -> drip(out, 20))
                .closes()
                .then()
                .writes(out -> drip(out, 30))
                .closes();

        assertThat(rig.failure(ALPINE, blob)).isInstanceOf(UpstreamUnreachableException.class);
        assertThat(rig.gets(ALPINE, blob)).containsExactly("whole", "bytes=10-", "bytes=20-", "bytes=30-");
    }

    private void drip(OutputStream out, int from) throws IOException {
        out.write(("HTTP/1.1 206 OK\r\nContent-Length: " + (SIZE - from) + "\r\nContent-Range: bytes " + from
                        + "-999999/" + SIZE + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        out.write(part(blob, from, from + 10));
    }

    @Test
    @DisplayName("U06: a long blob may break off more often than a short one")
    void whoGetsOnMayBreakOffOften() {
        int piece = 1_100_000;
        Content large = Images.layer(6 * piece, 41);
        Script script =
                upstream.on("GET", path(ALPINE, large)).sends(headOf(6 * piece)).sends(part(large, 0, piece));
        for (int i = 1; i < 6; i++) {
            int from = i * piece;
            script.closes()
                    .then()
                    .sends("HTTP/1.1 206 OK\r\nContent-Length: " + (6 * piece - from) + "\r\nContent-Range: bytes "
                            + from + "-" + (6 * piece - 1) + "/" + 6 * piece + "\r\n\r\n")
                    .sends(part(large, from, from + piece));
        }

        assertThat(rig.get(ALPINE, large).body()).isEqualTo(large.bytes());
        assertThat(rig.gets(ALPINE, large)).hasSize(6);
    }

    @Test
    @DisplayName("U17: a token that expires in the middle is fetched anew, and the body goes on")
    void anExpiredTokenIsRenewed() {
        Answer challenge = new Answer(
                401,
                Map.of("WWW-Authenticate", "Bearer realm=\"" + upstream.url() + "/token\",service=\"s\""),
                new byte[0]);
        upstream.on("GET", "/token")
                .responds(Answer.json(200, "{\"token\":\"first\"}"))
                .then()
                .responds(Answer.json(200, "{\"token\":\"second\"}"));
        upstream.on("GET", path(ALPINE, blob))
                .responds(challenge)
                .then()
                .sends(headOf(SIZE))
                .sends(part(blob, 0, HALF))
                .closes()
                .then()
                .responds(challenge)
                .then()
                .respondsWith(this::rest);

        assertThat(rig.get(ALPINE, blob).body()).isEqualTo(blob.bytes());

        assertThat(upstream.count("GET /token")).isEqualTo(2);
        assertThat(rig.gets(ALPINE, blob)).containsExactly("whole", "whole", REST, REST);
        assertThat(upstream.requests().getLast().header("Authorization")).contains("Bearer second");
    }

    @Test
    @DisplayName("U26: a redirect that has expired in the middle is asked for anew, and the body goes on")
    void anExpiredRedirectIsRenewed() {
        upstream.on("GET", path(ALPINE, blob))
                .responds(redirect(1))
                .then()
                .responds(redirect(2))
                .then()
                .responds(redirect(3));
        rig.cdn()
                .on("GET", "/x?signature=1")
                .sends(headOf(SIZE))
                .sends(part(blob, 0, HALF))
                .closes();
        rig.cdn().on("GET", "/x?signature=2").responds(403);
        rig.cdn().on("GET", "/x?signature=3").respondsWith(this::rest);

        assertThat(rig.get(ALPINE, blob).body()).isEqualTo(blob.bytes());

        assertThat(rig.gets(ALPINE, blob)).containsExactly("whole", REST, REST);
        assertThat(rig.cdn().requests())
                .extracting(request -> request.header("Range").orElse("whole"))
                .containsExactly("whole", REST, REST);
    }

    private Answer redirect(int signature) {
        return new Answer(307, Map.of("Location", rig.cdn().url() + "/x?signature=" + signature), new byte[0]);
    }

    @Test
    @DisplayName("U28: a connection that is closed while a blob is asked for over it is replaced at once")
    void aKeepAliveRaceIsNotNoticed() {
        upstream.blob(ALPINE, blob);
        rig.get(ALPINE, blob);
        rig.awaitRest();
        Content next = Images.layer(1000, 42);
        upstream.on("GET", path(ALPINE, next)).closes().then().responds(200, Map.of(), next.bytes());

        assertThat(rig.get(ALPINE, next).body()).isEqualTo(next.bytes());
        assertThat(rig.gets(ALPINE, next)).containsExactly("whole", "whole");
        assertThat(rig.counted("sluice.blob.resumes")).isZero();
    }
}
