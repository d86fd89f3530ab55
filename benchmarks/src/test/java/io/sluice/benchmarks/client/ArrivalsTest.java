package io.sluice.benchmarks.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.oci.Digest;
import io.sluice.testing.Answer;
import io.sluice.testing.Images;
import io.sluice.testing.Images.Content;
import io.sluice.testing.ScriptedUpstream;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ArrivalsTest {

    private static final String REPOSITORY = "bench/arrivals";

    private final ScriptedUpstream upstream = ScriptedUpstream.start();
    private final Content blob = Images.layer(1_000, 1);

    @AfterEach
    void stop() {
        upstream.close();
    }

    private Target target(Content content) {
        return Target.blob(
                URI.create(upstream.url()), REPOSITORY, Digest.parse(content.digest()), content.bytes().length);
    }

    @Test
    void asManyAreAskedForAsAreDueEachInItsTurn() throws IOException {
        Content other = Images.layer(2_000, 2);
        upstream.blob(REPOSITORY, blob);
        upstream.blob(REPOSITORY, other);

        List<Arrival> arrivals = Arrivals.of(List.of(target(blob), target(other)), 200, Duration.ofMillis(500));

        assertThat(arrivals).hasSize(100).noneMatch(Arrival::hasFailed).allMatch(arrival -> arrival.millis() > 0);
        assertThat(arrivals)
                .filteredOn(arrival -> arrival.target().equals(target(other)))
                .hasSize(50);
    }

    @Test
    void oneThatWaitsHoldsUpNoOther() throws IOException {
        String path = "/v2/" + REPOSITORY + "/blobs/" + blob.digest();
        upstream.on("GET", path)
                .awaits("the others are answered")
                .responds(200)
                .then()
                .respondsWith(request -> {
                    upstream.release("the others are answered");
                    return Answer.blob(request, blob.bytes());
                });

        List<Arrival> arrivals = Arrivals.of(List.of(target(blob)), 100, Duration.ofMillis(100));

        assertThat(arrivals).hasSize(10);
        assertThat(arrivals)
                .filteredOn(Arrival::hasFailed)
                .singleElement()
                .satisfies(failed -> assertThat(failed.failure()).contains("Content-Length of 0"));
    }

    @Test
    void anotherAnswerThanTheContentIsAFailure() throws IOException {
        List<Arrival> arrivals = Arrivals.of(List.of(target(blob)), 100, Duration.ofMillis(100));

        assertThat(arrivals).hasSize(10).allMatch(Arrival::hasFailed);
        assertThat(arrivals.getFirst().failure()).contains("404");
    }
}
