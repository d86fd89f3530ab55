package io.sluice.gateway.it;

import static io.sluice.gateway.it.ManifestsOverHttpTest.header;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testing.Answer;
import io.sluice.testing.Images;
import io.sluice.testing.Images.Content;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a tag points, asked by two gateways at once. */
class RedisTagsTest {

    private static final String TAG = "/v2/app/manifests/latest";

    @TempDir
    private Path directory;

    private final Content image = Images.image(Images.layer(100, 1));
    private Replicas replicas;
    private TestGateway one;
    private TestGateway two;

    @BeforeEach
    void start() {
        replicas = new Replicas(directory);
        String[] arguments = {
            "--sluice.routes.hub.upstream=" + replicas.upstream().url(),
            "--sluice.routes.hub.root=true",
            "--sluice.routes.eager.upstream=" + replicas.upstream().url(),
            "--sluice.routes.eager.paths=/eager",
            "--sluice.routes.eager.tags.fresh-for=0s"
        };
        one = replicas.start(arguments);
        two = replicas.start(arguments);
        replicas.upstream().manifest("app", image, "latest");
    }

    @AfterEach
    void end() {
        replicas.close();
    }

    private int heads() {
        return replicas.upstream().count("HEAD " + TAG);
    }

    private void holdHeads(Answer answer) {
        replicas.upstream().on("HEAD", TAG).awaits("asked").responds(answer);
    }

    private static Answer manifest(Content content) {
        return Answer.manifest(content);
    }

    /** The second replica begins while the first one waits for the upstream. */
    private List<HttpResponse<byte[]>> pullWithBoth(String path) throws Exception {
        Future<HttpResponse<byte[]>> first = replicas.begin(() -> one.get(path));
        replicas.upstream().awaitReached("asked");
        List<Future<HttpResponse<byte[]>>> all = new ArrayList<>(List.of(first));
        for (int i = 0; i < 5; i++) {
            all.add(replicas.begin(() -> two.get(path)));
        }
        awaitFlight(two);
        replicas.upstream().release("asked");
        List<HttpResponse<byte[]>> answers = new ArrayList<>();
        for (Future<HttpResponse<byte[]>> each : all) {
            answers.add(Replicas.end(each));
        }
        return answers;
    }

    private static void awaitFlight(TestGateway gateway) {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> gateway.scrape().contains("sluice_flights{flight=\"tag\"} 1.0"));
    }

    @Test
    @DisplayName("G06: a tag that two replicas want at once costs one HEAD, one GET")
    void aTagThatBothWantCostsOneHead() throws Exception {
        holdHeads(manifest(image));

        List<HttpResponse<byte[]>> answers = pullWithBoth(TAG);

        assertThat(answers).allSatisfy(answer -> assertThat(answer.body()).isEqualTo(image.bytes()));
        assertThat(heads()).isOne();
        assertThat(replicas.upstream().count("GET /v2/app/manifests/" + image.digest()))
                .isOne();
        assertThat(answers.subList(1, answers.size()))
                .allSatisfy(answer -> assertThat(header(answer, "Cache-Status"))
                        .isIn("sluice; fwd=miss; stored; collapsed", "sluice; fwd=stale; fwd-status=200"));
    }

    @Test
    @DisplayName("K20: where a tag is never believed, only an answer that came during the wait is shared")
    void whereATagIsNeverBelievedOnlyAnAnswerDuringTheWaitIsShared() throws Exception {
        holdHeads(manifest(image));
        assertThat(pullWithBoth("/eager" + TAG))
                .allSatisfy(answer -> assertThat(answer.body()).isEqualTo(image.bytes()));
        assertThat(heads()).isOne();

        Content moved = Images.image(Images.layer(100, 2));
        replicas.upstream().manifest("app", moved, "latest");
        for (TestGateway each : List.of(two, one, two)) {
            assertThat(each.get("/eager" + TAG).body()).isEqualTo(moved.bytes());
        }
        assertThat(heads()).isEqualTo(4);
    }

    @Test
    @DisplayName("G13: another replica's 404 is not passed on, and a crowd asks once for each replica")
    void anothersNoIsNotPassedOn() throws Exception {
        holdHeads(Answer.of(404));
        replicas.upstream().on("GET", TAG).responds(404);

        assertThat(pullWithBoth(TAG))
                .allSatisfy(answer -> assertThat(answer.statusCode()).isEqualTo(404));

        assertThat(heads()).isBetween(2, 4);
    }

    @Test
    @DisplayName("U33: a tag whose HEAD says too little is fetched by one GET for both")
    void aTagWhoseHeadSaysTooLittleIsFetchedByOneGet() throws Exception {
        holdHeads(new Answer(200, Map.of("Content-Type", image.mediaType()), image.bytes()));

        assertThat(pullWithBoth(TAG))
                .allSatisfy(answer -> assertThat(answer.body()).isEqualTo(image.bytes()));

        assertThat(heads()).isOne();
        assertThat(replicas.upstream().count("GET " + TAG)).isOne();
    }

    @Test
    @DisplayName("K02: when Redis goes away during the wait, each replica asks for itself")
    void whenRedisGoesAwayEachAsksForItself() throws Exception {
        holdHeads(manifest(image));
        Future<HttpResponse<byte[]>> first = replicas.begin(() -> one.get(TAG));
        replicas.upstream().awaitReached("asked");
        Future<HttpResponse<byte[]>> second = replicas.begin(() -> two.get(TAG));
        awaitFlight(two);

        replicas.redis().kill();
        replicas.upstream().awaitCount("HEAD " + TAG, 2);
        replicas.upstream().release("asked");

        assertThat(Replicas.end(first).body()).isEqualTo(image.bytes());
        assertThat(Replicas.end(second).body()).isEqualTo(image.bytes());
    }
}
