package io.sluice.gateway.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testing.Images;
import io.sluice.testing.Images.Content;
import io.sluice.testing.RawClient;
import io.sluice.testing.RawResponse;
import io.sluice.testing.ScriptedUpstream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A request that asks to close its connection takes the long way, the same one that does not, the short one. */
@ExtendWith(SharedGateway.class)
class MemoryAnswersTest {

    private static final String LONG_WAY = "Connection: close";

    private final TestGateway gateway;
    private final ScriptedUpstream upstream;

    MemoryAnswersTest(TestGateway gateway, ScriptedUpstream upstream) {
        this.gateway = gateway;
        this.upstream = upstream;
    }

    @Test
    void bothWaysSayTheSame() {
        Content image = Images.image(Images.layer(100, 61));
        upstream.manifest("library/both", image, "v1");
        List<String> asked = new ArrayList<>();
        for (String path : new String[] {"/v2/both/", "/docker.io/v2/both/", "/v2/docker.io/both/"}) {
            for (String reference : new String[] {"v1", image.digest(), "none"}) {
                asked.add(path + "manifests/" + reference);
                asked.add(path + "manifests/" + reference + "?ns=docker.io");
            }
        }
        String[][] conditions = {
            {},
            {"If-None-Match: \"" + image.digest() + "\""},
            {"If-None-Match: \"other\""},
            {"Accept: " + image.mediaType()},
            {"Accept: text/plain", "Accept: application/vnd.example+json"},
            {"Via: 1.1 proxy.example"},
            {"Range: bytes=0-3"}
        };
        for (String target : asked) {
            for (String[] headers : conditions) {
                assertSame(target, headers);
            }
        }
        assertThat(fastPath(asked.getFirst(), List.of()).header("Cache-Status")).contains("sluice; hit");
    }

    @Test
    void bothWaysSayTheSameOfSmallBlobs() {
        Content blob = Images.layer(1_000, 65);
        upstream.blob("library/both-blobs", blob);
        upstream.blob("library/both-blobs", Images.layer(0, 0));
        String other = Images.sha256(new byte[] {1, 2, 3});
        List<String> asked = new ArrayList<>();
        for (String path : new String[] {"/v2/both-blobs/", "/docker.io/v2/both-blobs/", "/v2/docker.io/both-blobs/"}) {
            for (String digest : new String[] {blob.digest(), other, Images.sha256(new byte[0])}) {
                asked.add(path + "blobs/" + digest);
                asked.add(path + "blobs/" + digest + "?ns=docker.io");
            }
        }
        String[][] conditions = {
            {},
            {"If-None-Match: \"" + blob.digest() + "\""},
            {"If-None-Match: \"other\""},
            {"Range: bytes=0-3"},
            {"Range: bytes=5000-"},
            {"Range: lines=1-2"},
            {"Range: bytes=0-3", "If-Range: \"other\""}
        };
        awaitInMemory(asked.getFirst());
        for (String target : asked) {
            for (String[] headers : conditions) {
                assertSame(target, headers);
            }
        }
    }

    /** The bytes of a small blob come into memory a moment after they were asked for. */
    private void awaitInMemory(String target) {
        gateway.get(target);
        await().atMost(Duration.ofSeconds(10)).until(() -> {
            long before = settledExchanges();
            gateway.get(target);
            return settledExchanges() == before;
        });
    }

    @Test
    @DisplayName("C03: blobs that are longer than a socket takes at once go the long way, and so do their ranges")
    void longBlobsGoTheLongWay() {
        Content small = Images.layer(32 * 1024, 66);
        Content large = Images.layer(32 * 1024 + 1, 67);
        upstream.blob("library/sizes", small);
        upstream.blob("library/sizes", large);
        String path = "/v2/sizes/blobs/";
        awaitInMemory(path + small.digest());
        gateway.get(path + large.digest());
        long before = settledExchanges();
        for (int i = 0; i < 3; i++) {
            assertThat(gateway.get(path + small.digest()).body()).isEqualTo(small.bytes());
            assertThat(ask("HEAD", path + small.digest(), Stream.of()).status()).isEqualTo(200);
        }
        for (int i = 0; i < 3; i++) {
            assertThat(gateway.get(path + large.digest()).body()).isEqualTo(large.bytes());
            assertThat(ask("GET", path + small.digest(), Stream.of("Range: bytes=0-9"))
                            .body())
                    .isEqualTo(Arrays.copyOf(small.bytes(), 10));
        }
        await().atMost(Duration.ofSeconds(5)).until(() -> gateway.exchanges() == before + 6);
    }

    private void assertSame(String target, String... headers) {
        for (String method : new String[] {"GET", "HEAD"}) {
            ask(method, target, Stream.of(headers)); // what is not held, is now
            RawResponse longWay = ask(method, target, Stream.concat(Stream.of(LONG_WAY), Stream.of(headers)));
            RawResponse shortWay = ask(method, target, Stream.of(headers));
            assertThat(described(shortWay))
                    .as("%s %s %s", method, target, List.of(headers))
                    .isEqualTo(described(longWay));
        }
    }

    private RawResponse fastPath(String target, List<String> headers) {
        return ask("GET", target, headers.stream());
    }

    private RawResponse ask(String method, String target, Stream<String> headers) {
        try (RawClient client = RawClient.connect(gateway.port())) {
            client.send(RawClient.request(method, target, headers.toArray(String[]::new)));
            return method.equals("HEAD") ? client.readWithoutBody() : client.read();
        }
    }

    /** Everything that is neither this very answer's own, nor Reactor Netty's about a body that there is none of. */
    private static String described(RawResponse response) {
        List<String> lines = response.head()
                .text()
                .lines()
                .filter(line -> !line.matches("(?i)(x-request-id|connection|transfer-encoding):.*"))
                .filter(line -> !line.isBlank())
                .toList();
        return lines.getFirst()
                + lines.stream().skip(1).sorted(String.CASE_INSENSITIVE_ORDER).toList()
                + response.bodyText();
    }

    @Test
    @DisplayName("C03: what is longer than a socket takes at once goes the long way, where a slow client has its time")
    void longManifestsGoTheLongWay() {
        Content image = Images.image(IntStream.range(0, 400)
                .mapToObj(i -> Images.layer(10, 1_000 + i))
                .toArray(Content[]::new));
        assertThat(image.bytes().length).isGreaterThan(32 * 1024);
        upstream.manifest("library/long", image, "v1");
        upstream.manifest("library/short", Images.image(Images.layer(100, 64)), "v1");
        gateway.get("/v2/long/manifests/v1");
        gateway.get("/v2/short/manifests/v1");
        long before = settledExchanges();
        for (int i = 0; i < 3; i++) {
            gateway.get("/v2/short/manifests/v1");
        }
        for (int i = 0; i < 3; i++) {
            assertThat(gateway.get("/v2/long/manifests/v1").body()).isEqualTo(image.bytes());
        }
        await().atMost(Duration.ofSeconds(5)).until(() -> gateway.exchanges() == before + 3);
    }

    /** An exchange is counted a moment after its client has its answer. */
    private long settledExchanges() {
        long[] last = {-1};
        await().pollInterval(Duration.ofMillis(200)).until(() -> {
            long before = last[0];
            last[0] = gateway.exchanges();
            return last[0] == before;
        });
        return last[0];
    }

    @Test
    void aRouteThatWasWrittenByHandIsNotBypassed(@TempDir Path directory) {
        Content ours = Images.image(Images.layer(100, 62));
        Content theirs = Images.image(Images.layer(100, 63));
        Content layer = Images.layer(100_000, 68);
        upstream.blob("library/app", layer);
        upstream.manifest("library/app", ours, "v1");
        upstream.manifest("inner/app", theirs, "v1");
        String route = "--spring.cloud.gateway.server.webflux.routes[0].";
        try (TestGateway byHand = TestGateway.start(
                directory,
                "--sluice.routes.hub.upstream=" + upstream.url(),
                "--sluice.routes.hub.root=true",
                "--sluice.routes.hub.default-namespace=library",
                route + "id=sluice",
                route + "uri=" + upstream.url(),
                route + "predicates[0]=Path=/v2/app/**,/v2/byhand/**",
                route + "filters[0]=RewriteRepository=/byhand,inner",
                route + "filters[1]=SelectCredential=hub",
                route + "filters[2]=ResolveDigest",
                route + "filters[3]=ServeBlob",
                route + "filters[4]=ServeLists")) {
            for (int i = 0; i < 3; i++) {
                assertThat(byHand.get("/v2/app/manifests/v1").body()).isEqualTo(theirs.bytes());
                assertThat(byHand.get("/v2/byhand/app/manifests/" + theirs.digest())
                                .body())
                        .isEqualTo(theirs.bytes());
                assertThat(byHand.get("/v2/library/app/manifests/v1").body()).isEqualTo(ours.bytes());
                assertThat(byHand.get("/v2/library/app/blobs/" + layer.digest()).body())
                        .isEqualTo(layer.bytes());
                assertThat(byHand.get("/v2/app/blobs/" + layer.digest()).statusCode())
                        .isEqualTo(404);
            }
            String digest = Images.sha256(new byte[0]);
            for (String endpoint : new String[] {"blobs/" + digest, "tags/list", "referrers/" + digest}) {
                byHand.get("/v2/byhand/answered/" + endpoint);
            }
            assertThat(byHand.forwarded()).isEmpty();
        }
    }
}
