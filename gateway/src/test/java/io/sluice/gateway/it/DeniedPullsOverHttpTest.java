package io.sluice.gateway.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.sluice.testing.Answer;
import io.sluice.testing.Images;
import io.sluice.testing.Images.Content;
import io.sluice.testing.ScriptedUpstream;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;

@ExtendWith(SharedGateway.class)
class DeniedPullsOverHttpTest {

    private static final Content LAYER = Images.layer(1_000, 71);
    private static final Content IMAGE = Images.image(LAYER);

    private final TestGateway gateway;
    private final ScriptedUpstream upstream;

    DeniedPullsOverHttpTest(TestGateway gateway, ScriptedUpstream upstream) {
        this.gateway = gateway;
        this.upstream = upstream;
    }

    @Test
    @DisplayName("T30: a denied pull looks like one of something that is not there, and costs no upstream call")
    void aDeniedPullLooksLikeOneOfNothing() {
        upstream.manifest("team/closed", IMAGE, "v1");
        upstream.blob("team/closed", LAYER);

        for (String endpoint :
                List.of("manifests/v1", "manifests/" + IMAGE.digest(), "blobs/" + LAYER.digest(), "tags/list")) {
            HttpResponse<byte[]> denied = gateway.get("/v2/ruled/team/closed/" + endpoint);
            HttpResponse<byte[]> absent = gateway.get("/v2/ruled/team/open/" + endpoint);

            assertThat(denied.statusCode()).isEqualTo(404).isEqualTo(absent.statusCode());
            assertThat(TestGateway.text(denied)).isEqualTo(TestGateway.text(absent));
            assertThat(headers(denied)).isEqualTo(headers(absent));
            assertThat(gateway.head("/v2/ruled/team/closed/" + endpoint).statusCode())
                    .isEqualTo(404);
        }
        assertThat(TestGateway.text(gateway.get("/v2/ruled/team/closed/manifests/v1")))
                .contains("MANIFEST_UNKNOWN");
        assertThat(upstream.requests()).noneMatch(request -> request.path().startsWith("/v2/team/closed/"));
    }

    private static Map<String, List<String>> headers(HttpResponse<byte[]> response) {
        return response.headers().map().entrySet().stream()
                .filter(header -> !header.getKey().equals("x-request-id"))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    @Test
    void anImageIsPulledByAnAllowedTagAndItsDigestsBehindIt() {
        upstream.manifest("team/tool", IMAGE, "v1", "v2");
        upstream.blob("team/tool", LAYER);
        String byDigest = "/v2/ruled/team/tool/manifests/" + IMAGE.digest();
        assertThat(gateway.get(byDigest).statusCode()).isEqualTo(404);
        assertThat(gateway.get("/v2/ruled/team/tool/manifests/v2").statusCode()).isEqualTo(404);

        assertThat(gateway.get("/v2/ruled/team/tool/manifests/v1").body()).isEqualTo(IMAGE.bytes());

        assertThat(gateway.get(byDigest).body()).isEqualTo(IMAGE.bytes());
        assertThat(gateway.get("/v2/ruled/team/tool/blobs/" + LAYER.digest()).body())
                .isEqualTo(LAYER.bytes());
    }

    @Test
    void tagsThatMayNotBePulledAreNotListed() {
        upstream.answer(
                "/v2/team/open/tags/list", Answer.json(200, "{\"name\":\"team/open\",\"tags\":[\"latest\",\"v1\"]}"));

        assertThat(TestGateway.text(gateway.get("/v2/ruled/team/open/tags/list?n=5")))
                .isEqualTo("{\"name\":\"team/open\",\"tags\":[\"v1\"]}");
    }

    @Test
    void aDeniedPullIsCountedWithItsReasonAndLogged() {
        Logger access = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        access.addAppender(lines);
        try {
            gateway.get("/v2/ruled/team/logged/manifests/v1");

            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(List.copyOf(lines.list))
                            .map(ILoggingEvent::getFormattedMessage)
                            .anyMatch(line -> line.contains("repository=team/logged outcome=denied")
                                    && line.contains("status=404")));
        } finally {
            access.detachAppender(lines);
        }
        assertThat(gateway.scrape())
                .contains("sluice_denied_total{kind=\"manifest\",reason=\"not-allowed\",route=\"ruled\"}")
                .contains("sluice_pulls_total{kind=\"manifest\",outcome=\"denied\",route=\"ruled\"}");
    }
}
