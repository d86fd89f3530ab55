package io.sluice.gateway.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testing.Answer;
import io.sluice.testing.Images;
import io.sluice.testing.Images.Content;
import io.sluice.testing.RecordedRequest;
import io.sluice.testing.ScriptedUpstream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** The file of routes changes while the gateway runs, and pulls are in the middle of something. */
@ExtendWith(OutputCaptureExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReloadOverHttpTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
    private ScriptedUpstream first;
    private ScriptedUpstream second;
    private Path file;
    private TestGateway gateway;

    @BeforeAll
    void start(@TempDir Path directory) throws IOException {
        first = ScriptedUpstream.start();
        second = ScriptedUpstream.start();
        file = directory.resolve("routes.yaml");
        Files.writeString(file, usual());
        gateway = TestGateway.start(
                directory.resolve("cache"),
                "--spring.config.additional-location=file:" + file,
                "--sluice.reload.interval=5ms",
                "--sluice.reload.quiet-for=5ms");
    }

    @AfterAll
    void stop() {
        gateway.close();
        first.close();
        second.close();
        clients.shutdownNow();
    }

    /** A route that stays as it is, and what else the file has. */
    private String usual(String... others) {
        return "sluice.routes.stays: {upstream: '" + first.url() + "', paths: [/stays]}\n" + String.join("\n", others);
    }

    private static String route(String name, ScriptedUpstream upstream, String more) {
        return "sluice.routes." + name + ": {upstream: '" + upstream.url() + "', paths: [/" + name + "]" + more + "}";
    }

    /** As an editor does it: a new file in the place of the old one. */
    private void write(String text) {
        try {
            Path written = Files.writeString(file.resolveSibling("routes.new"), text);
            Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void change(String text) {
        awaitOneMore("applied", text);
    }

    private void awaitOneMore(String result, String text) {
        int before = gateway.reloads(result);
        write(text);
        await().atMost(LIMIT).pollInterval(Duration.ofMillis(5)).until(() -> gateway.reloads(result) > before);
    }

    private Future<HttpResponse<byte[]>> getLater(String path) {
        return CompletableFuture.supplyAsync(() -> gateway.get(path), clients);
    }

    private static HttpResponse<byte[]> outcome(Future<HttpResponse<byte[]>> pull) throws Exception {
        return pull.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    @DisplayName("G05: a pull that is under way ends on the upstream that was removed, and the next one finds no route")
    void aPullUnderWayEndsOnTheUpstreamThatWasRemoved() throws Exception {
        change(usual(route("removed", first, "")));
        Content layer = Images.layer(300_000, 501);
        byte[] head = "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: 300000\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII);
        first.on("GET", "/v2/app/blobs/" + layer.digest())
                .sends(head)
                .sends(Arrays.copyOf(layer.bytes(), 100_000))
                .awaits("removed")
                .closes()
                .then()
                .respondsWith(request -> Answer.blob(request, layer.bytes()));
        Future<HttpResponse<byte[]>> running = getLater("/v2/removed/app/blobs/" + layer.digest());
        first.awaitReached("removed");

        change(usual());

        assertThat(gateway.get("/v2/removed/app/manifests/latest").statusCode()).isEqualTo(404);
        first.release("removed");
        HttpResponse<byte[]> ended = outcome(running);
        assertThat(ended.statusCode()).isEqualTo(200);
        assertThat(ended.body()).isEqualTo(layer.bytes());
        assertThat(first.count("GET /v2/app/blobs/" + layer.digest())).isEqualTo(2);
    }

    @Test
    @DisplayName(
            "G05: a pull that is under way ends with the old credential, a new one does not wait for it and uses the new")
    void aRotatedCredentialIsForNewPulls() throws Exception {
        change(usual(route("rotated", first, ", public: true, credentials: [{username: robot, password: old}]")));
        Content image = Images.image(Images.layer(100, 502));
        String path = "/v2/app/manifests/rotated";
        first.on("HEAD", path)
                .respondsWith(request -> challengedUnless("old", request, image))
                .then()
                .awaits("rotated")
                .respondsWith(request -> challengedUnless("old", request, image))
                .then()
                .respondsWith(request -> challengedUnless("new", request, image));
        first.on("GET", "/v2/app/manifests/" + image.digest()).responds(Answer.manifest(image));
        Future<HttpResponse<byte[]>> running = getLater("/v2/rotated" + path.substring(3));
        first.awaitReached("rotated");

        change(usual(route("rotated", first, ", public: true, credentials: [{username: robot, password: new}]")));

        assertThat(gateway.get("/v2/rotated" + path.substring(3)).body()).isEqualTo(image.bytes());
        assertThat(running.isDone()).isFalse();
        first.release("rotated");
        assertThat(outcome(running).body()).isEqualTo(image.bytes());
    }

    private static Answer challengedUnless(String password, RecordedRequest request, Content image) {
        String expected = "Basic "
                + Base64.getEncoder().encodeToString(("robot:" + password).getBytes(StandardCharsets.US_ASCII));
        return request.header("Authorization").filter(expected::equals).isPresent()
                ? Answer.manifest(image)
                : new Answer(401, Map.of("WWW-Authenticate", "Basic realm=\"test\""), new byte[0]);
    }

    @Test
    @DisplayName(
            "G05 T36: what was kept of one upstream is not served for another that takes over the name of its route")
    void nothingOfTheOldUpstreamIsServedForTheNewOne() {
        Content before = Images.image(Images.layer(100, 503));
        Content after = Images.image(Images.layer(100, 504));
        first.manifest("app", before, "moved");
        second.manifest("app", after, "moved");
        change(usual(route("moved", first, "")));
        assertThat(gateway.get("/v2/moved/app/manifests/moved").body()).isEqualTo(before.bytes());

        change(usual(route("moved", second, "")));

        assertThat(gateway.get("/v2/moved/app/manifests/moved").body()).isEqualTo(after.bytes());
        assertThat(gateway.get("/v2/moved/app/manifests/" + before.digest()).statusCode())
                .isEqualTo(404);
    }

    @Test
    @DisplayName("G05: a faulty file changes nothing, and every fault of it is named")
    void aFaultyFileChangesNothing(CapturedOutput output) {
        Content image = Images.image(Images.layer(100, 505));
        second.manifest("app", image, "faulty");
        change(usual(route("faulty", second, "")));

        awaitOneMore(
                "rejected",
                usual(
                        route("faulty", first, ", paths: [no]").replace("paths: [/faulty], ", ""),
                        "sluice.routes.stays.tags.fresh-for: 5",
                        "sluice.routes.new: {upstream: '" + first.url() + "', paths: [/new], public: nonsense}"));

        assertThat(output)
                .contains("is wrong in 3 places:")
                .contains("1. sluice.routes.")
                .contains("3. sluice.routes.")
                .contains(file + ":");
        assertThat(gateway.scrape()).contains("sluice_config_reload_successful 0.0");
        assertThat(gateway.get("/v2/faulty/app/manifests/faulty").body()).isEqualTo(image.bytes());
        assertThat(gateway.get("/v2/new/app/manifests/faulty").statusCode()).isEqualTo(404);

        change(usual());
        assertThat(gateway.scrape()).contains("sluice_config_reload_successful 1.0");
    }

    @Test
    @DisplayName("T20: a file that is no YAML changes nothing, and nothing of it is in the log")
    void aFileThatIsNoYamlChangesNothing(CapturedOutput output) {
        awaitOneMore("rejected", usual("sluice.routes.stays.credentials: [{username: robot, password: *s3cret"));

        assertThat(output).contains("no YAML, as far as line 2").doesNotContain("s3cret");
        change(usual());
    }

    @Test
    void whatCannotChangeWhileItRunsIsNamedAndTheRestChanges(CapturedOutput output) {
        change(usual(route("next", second, ""), "sluice.cache.max-size: 7GB", "server.netty.idle-timeout: 50s"));

        assertThat(output)
                .contains("routes added [next], changed [], removed [")
                .contains("take effect at the next start: [server.netty.idle-timeout, sluice.cache.max-size]");
        change(usual());
    }

    @Test
    @DisplayName("G05: 100 changes under load, and no pull fails")
    void aHundredChangesUnderLoad() throws Exception {
        Content image = Images.image(Images.layer(100, 520));
        first.manifest("app", image, "load");
        second.manifest("app", image, "load");
        change(usual(route("load", first, ", tags: {fresh-for: 0s}")));
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger pulls = new AtomicInteger();
        List<Future<?>> load = new ArrayList<>();
        for (String path : List.of("/v2/load/app/manifests/load", "/v2/stays/app/manifests/load")) {
            load.add(clients.submit(() -> {
                while (!over.get()) {
                    HttpResponse<byte[]> response = gateway.get(path);
                    assertThat(response.statusCode()).isEqualTo(200);
                    assertThat(response.body()).isEqualTo(image.bytes());
                    pulls.incrementAndGet();
                }
            }));
        }

        for (int i = 0; i < 100; i++) {
            ScriptedUpstream upstream = i % 2 == 0 ? second : first;
            change(usual(route(
                    "load",
                    upstream,
                    ", public: true, tags: {fresh-for: 0s}, credentials: [{username: robot, password: p" + i + "}]")));
        }

        over.set(true);
        for (Future<?> each : load) {
            each.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        }
        assertThat(pulls).hasValueGreaterThan(100);
        change(usual());
    }
}
