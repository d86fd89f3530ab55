package io.sluice.gateway.it;

import static io.sluice.gateway.it.ManifestsOverHttpTest.header;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.Images;
import io.sluice.testing.Images.Content;
import io.sluice.testing.MovableClock;
import io.sluice.testing.RawClient;
import io.sluice.testing.RawResponse;
import io.sluice.testing.ScriptedUpstream;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A blob that two repositories of a route with a credential have, and that is held. */
class RevokedBlobTest {

    private static final Duration PROOF_LIFETIME = Duration.ofMinutes(15);
    private static final String OURS = "team/ours";
    private static final String THEIRS = "team/theirs";

    private static final AtomicInteger SEEDS = new AtomicInteger(900);
    private static final MovableClock CLOCK = new MovableClock();
    private static ScriptedUpstream upstream;
    private static TestGateway gateway;

    private final Content blob = anotherBlob();

    @BeforeAll
    static void start(@TempDir Path directory) {
        upstream = ScriptedUpstream.start();
        gateway = TestGateway.start(
                directory,
                CLOCK,
                "--sluice.routes.hub.upstream=" + upstream.url(),
                "--sluice.routes.hub.root=true",
                "--sluice.routes.hub.public=true",
                "--sluice.routes.hub.credentials[0].username=robot",
                "--sluice.routes.hub.credentials[0].password=secret");
    }

    @AfterAll
    static void close() {
        gateway.close();
        upstream.close();
    }

    @BeforeEach
    void hold() {
        upstream.blob(OURS, blob);
        upstream.blob(THEIRS, blob);
        assertThat(gateway.get(path(OURS, blob)).body()).isEqualTo(blob.bytes());
        assertThat(gateway.get(path(THEIRS, blob)).body()).isEqualTo(blob.bytes());
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 404})
    @DisplayName("T12: when one repository may no longer see a blob, it is told so as soon as its proof has aged")
    void whoMayNoLongerSeeItIsTold(int status) {
        answer(OURS, blob, status);
        CLOCK.advance(PROOF_LIFETIME.minusSeconds(1));
        assertThat(gateway.get(path(OURS, blob)).body())
                .as("a proof that holds costs no call")
                .isEqualTo(blob.bytes());

        CLOCK.advance(Duration.ofSeconds(2));

        assertThat(gateway.get(path(OURS, blob)).statusCode()).isEqualTo(404);
        assertThat(gateway.head(path(OURS, blob)).statusCode()).isEqualTo(404);
        assertThat(gateway.get(path(OURS, blob), "Range", "bytes=0-9").statusCode())
                .isEqualTo(404);
        assertOthersGoOn();
    }

    private void assertOthersGoOn() {
        HttpResponse<byte[]> confirmed = gateway.get(path(THEIRS, blob));
        HttpResponse<byte[]> again = gateway.get(path(THEIRS, blob));

        assertThat(confirmed.body()).isEqualTo(blob.bytes());
        assertThat(again.body()).isEqualTo(blob.bytes());
        assertThat(header(again, "Cache-Status")).isEqualTo("sluice; hit");
        assertThat(upstream.count("GET " + path(THEIRS, blob)))
                .as("the bytes stayed")
                .isZero();
    }

    @ParameterizedTest
    @CsvSource({"401, GET", "403, GET", "404, GET", "401, HEAD", "403, HEAD", "404, HEAD"})
    @DisplayName("T30: a held blob that may not be seen is answered as one that nobody has, to the byte")
    void notAllowedIsNotThere(int status, String method) {
        Content absent = anotherBlob();
        answer(OURS, absent, 404);
        answer(OURS, blob, status);
        CLOCK.advance(PROOF_LIFETIME.plusSeconds(1));

        assertThat(said(method, blob)).isEqualTo(said(method, absent));
    }

    private static Content anotherBlob() {
        return Images.layer(300_000, SEEDS.incrementAndGet());
    }

    private static void answer(String repository, Content blob, int status) {
        upstream.on("GET", path(repository, blob)).responds(status);
        upstream.on("HEAD", path(repository, blob)).responds(status);
    }

    /** All of an answer but what differs from one request to the next. */
    private static List<String> said(String method, Content asked) {
        try (RawClient client = RawClient.connect(gateway.port())) {
            client.send(RawClient.request(method, path(OURS, asked), "X-Request-Id: same"));
            RawResponse response = method.equals("HEAD") ? client.readWithoutBody() : client.read();
            return List.of(
                    response.head().text().replaceAll("(?m)^Date: .*", ""),
                    response.bodyText().replace(asked.digest(), "the digest"));
        }
    }

    private static String path(String repository, Content blob) {
        return "/v2/" + repository + "/blobs/" + blob.digest();
    }
}
