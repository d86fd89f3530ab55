package io.sluice.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.RawResponse.Ending;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScriptedUpstreamTest {

    private final ScriptedUpstream upstream = ScriptedUpstream.start();
    private final RawClient client = RawClient.connect(upstream.port());

    @AfterEach
    void stop() {
        client.close();
        upstream.close();
    }

    @Test
    void sendsTheScriptedBytesAndNothingElse() {
        upstream.on("GET", "/raw")
                .sends("HTTP/1.1 299 Odd\r\nx-Y:  z\r\n\r\nbody")
                .closes();
        client.send("GET /raw HTTP/1.1\r\n\r\n");
        assertThat(client.readBytes(100)).asString().isEqualTo("HTTP/1.1 299 Odd\r\nx-Y:  z\r\n\r\nbody");
    }

    @Test
    void recordsWhatItWasAskedByteForByte() {
        upstream.answer("/a", 200, Map.of(), "hello".getBytes(UTF_8));
        client.send("GET /a?n=1 HTTP/1.1\r\nHOST: x\r\nAccept: a\r\naccept:b \r\n\r\n")
                .read();
        RecordedRequest request = upstream.requests().getFirst();
        assertThat(request.head().text()).isEqualTo("GET /a?n=1 HTTP/1.1\r\nHOST: x\r\nAccept: a\r\naccept:b \r\n");
        assertThat(request.headers("ACCEPT")).containsExactly("a", "b");
        assertThat(upstream.count("GET /a")).isOne();
        assertThat(upstream.count("HEAD /a")).isZero();
    }

    @Test
    void keepsTheConnectionAndAnswersPipelinedRequestsInOrder() {
        upstream.answer("/a", 200, Map.of("X-Name", "a"), "first".getBytes(UTF_8));
        upstream.answer("/b", 200, Map.of("X-Name", "b"), "second".getBytes(UTF_8));
        client.send(RawClient.request("GET", "/a") + RawClient.request("HEAD", "/a") + RawClient.request("GET", "/b"));
        assertThat(client.read().bodyText()).isEqualTo("first");
        assertThat(client.readWithoutBody().header("Content-Length")).contains("5");
        assertThat(client.read().bodyText()).isEqualTo("second");
        assertThat(upstream.connections()).isOne();
    }

    @Test
    void aBarrierHoldsTheRestBack() {
        upstream.on("GET", "/slow")
                .sends("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab")
                .awaits("go")
                .sends("cd");
        client.send(RawClient.request("GET", "/slow"));
        client.readHead();
        assertThat(client.readBytes(2)).asString().isEqualTo("ab");
        upstream.awaitReached("go");
        upstream.release("go");
        assertThat(client.readBytes(2)).asString().isEqualTo("cd");
    }

    @Test
    void aCleanShortEndAndAResetAreToldApart() {
        String half = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab";
        upstream.on("GET", "/x")
                .sends(half)
                .closes()
                .then()
                .sends(half)
                .awaits("read")
                .resets();
        assertThat(client.get("/x").ending()).isEqualTo(Ending.SHORT);
        try (RawClient second = RawClient.connect(upstream.port())) {
            second.send(RawClient.request("GET", "/x")).readHead();
            second.readBytes(2);
            upstream.release("read");
            assertThat(second.awaitsClose()).isTrue();
        }
        assertThat(client.awaitsClose()).isTrue();
    }

    @Test
    void aResetIsReportedWithWhatCameBeforeIt() {
        upstream.on("GET", "/x")
                .sends("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n")
                .resets();
        RawResponse response = client.get("/x");
        assertThat(response.ending()).isEqualTo(Ending.RESET);
        assertThat(response.isComplete()).isFalse();
    }

    @Test
    void chunkedBodiesAreJoinedAndATruncatedOneIsShort() {
        String head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        upstream.on("GET", "/x")
                .sends(head + "2;ext=1\r\nab\r\n1\r\nc\r\n0\r\nTrailer: t\r\n\r\n")
                .then()
                .sends(head + "2\r\nab\r\n0\r\n")
                .closes();
        RawResponse whole = client.get("/x");
        assertThat(whole.bodyText()).isEqualTo("abc");
        assertThat(whole.ending()).isEqualTo(Ending.COMPLETE);
        assertThat(client.get("/x").ending()).isEqualTo(Ending.SHORT);
    }

    @Test
    void everyRequestGetsItsOwnAnswerAndTheLastOneIsRepeated() {
        upstream.on("GET", "/x").responds(429).then().responds(503).then().responds(204);
        assertThat(client.get("/x").status()).isEqualTo(429);
        assertThat(client.get("/x").status()).isEqualTo(503);
        assertThat(client.get("/x").status()).isEqualTo(204);
        assertThat(client.get("/x").status()).isEqualTo(204);
        assertThat(client.get("/other").status()).isEqualTo(404);
    }

    @Test
    void aStallLastsUntilTheClientHangsUp() {
        upstream.on("GET", "/x").stalls();
        client.send(RawClient.request("GET", "/x"));
        upstream.awaitCount("GET /x", 1);
        assertThat(upstream.hangUps()).isZero();
        client.reset();
        upstream.awaitHangUps(1);
    }

    @Test
    void servesBlobsByRange() {
        Images.Content blob = Images.layer(1_000, 3);
        upstream.blob("library/alpine", blob);
        String path = "/v2/library/alpine/blobs/" + blob.digest();
        RawResponse part = client.get(path, "Range: bytes=990-");
        assertThat(part.status()).isEqualTo(206);
        assertThat(part.header("Content-Range")).contains("bytes 990-999/1000");
        assertThat(part.body()).hasSize(10);
        assertThat(client.get(path).body()).isEqualTo(blob.bytes());
        assertThat(client.get(path, "Range: bytes=1000-").status()).isEqualTo(416);
        assertThat(client.head(path).header("Content-Length")).contains("1000");
    }

    @Test
    void servesManifestsByTagAndDigest() {
        Images.Content image = Images.image(Images.layer(10, 1));
        upstream.manifest("library/alpine", image, "latest");
        assertThat(client.head("/v2/library/alpine/manifests/latest").header("Docker-Content-Digest"))
                .contains(image.digest());
        assertThat(client.get("/v2/library/alpine/manifests/" + image.digest()).body())
                .isEqualTo(image.bytes());
    }

    @Test
    void readsTheBodyOfAPost() {
        upstream.on("POST", "/token").respondsWith(request -> Answer.json(200, "\"" + request.bodyText() + "\""));
        client.send("POST /token HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc");
        assertThat(client.read().bodyText()).isEqualTo("\"abc\"");
    }

    @Test
    void speaksTls(@TempDir Path directory) {
        TestCertificate certificate = TestCertificate.in(directory);
        try (ScriptedUpstream secure = ScriptedUpstream.startTls(certificate)) {
            secure.answer("/a", 200, Map.of(), "secret".getBytes(UTF_8));
            secure.on("GET", "/reset")
                    .sends("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n")
                    .resets();
            try (RawClient tls = RawClient.connectTls(secure.port(), certificate.clientContext())) {
                assertThat(tls.get("/a").bodyText()).isEqualTo("secret");
                assertThat(tls.get("/reset").isComplete()).isFalse();
            }
        }
    }
}
