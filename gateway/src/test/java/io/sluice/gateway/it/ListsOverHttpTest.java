package io.sluice.gateway.it;

import static io.sluice.gateway.it.ManifestsOverHttpTest.header;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.Answer;
import io.sluice.testing.Images;
import io.sluice.testing.Images.Content;
import io.sluice.testing.ScriptedUpstream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedGateway.class)
class ListsOverHttpTest {

    private static final String DIGEST = Images.sha256(new byte[0]);

    private final TestGateway gateway;
    private final ScriptedUpstream upstream;

    ListsOverHttpTest(TestGateway gateway, ScriptedUpstream upstream) {
        this.gateway = gateway;
        this.upstream = upstream;
    }

    @Test
    @DisplayName("T18 C23: a page of tags keeps its bytes, and its Link leads to our own path")
    void tagsAreListedPageByPage() {
        String page = "{\"name\":\"library/tags\", \"tags\":[\"a\",\"b\"]}";
        upstream.answer(
                "/v2/library/tags/tags/list",
                200,
                Map.of(
                        "Content-Type",
                        "application/json",
                        "Link",
                        "<https://registry.example/v2/library/tags/tags/list?n=2&last=b>; rel=\"next\""),
                page.getBytes(StandardCharsets.UTF_8));

        HttpResponse<byte[]> response = gateway.get("/v2/docker.io/tags/tags/list?n=2&ns=docker.io");

        assertThat(TestGateway.text(response)).isEqualTo(page);
        assertThat(header(response, "Link"))
                .isEqualTo("</v2/docker.io/tags/tags/list?n=2&last=b&ns=docker.io>; rel=\"next\"");
        assertThat(upstream.requests().getLast().target()).isEqualTo("/v2/library/tags/tags/list?n=2");
    }

    @Test
    @DisplayName("C23: n is capped, 0 is an empty list without a Link, and last goes through encoded")
    void pageParametersAreBounded() {
        upstream.answer(
                "/v2/library/pages/tags/list", Answer.json(200, "{\"name\":\"library/pages\",\"tags\":[\"a\"]}"));

        HttpResponse<byte[]> none = gateway.get("/v2/pages/tags/list?n=0");
        assertThat(TestGateway.text(none)).contains("\"tags\":[]");
        assertThat(none.headers().firstValue("Link")).isEmpty();

        gateway.get("/v2/pages/tags/list?n=1000000000&last=%3Cjunk%26x%3D1%3E");
        assertThat(upstream.requests().getLast().target())
                .isEqualTo("/v2/library/pages/tags/list?n=1000&last=%3Cjunk%26x%3D1%3E");
    }

    @Test
    void aRegistryThatPagesItsOwnWayGetsItsParametersBack() {
        String path = "/v2/library/quay/tags/list";
        upstream.answer(
                path,
                200,
                Map.of(
                        "Content-Type",
                        "application/json",
                        "Link",
                        "</v2/library/quay/tags/list?next_page=gAAA%3D&n=2>; rel=\"next\""),
                "{\"name\":\"library/quay\",\"tags\":[\"a\",\"b\"]}".getBytes(StandardCharsets.UTF_8));

        String link = header(gateway.get("/v2/quay/tags/list?n=2"), "Link");
        gateway.get(link.substring(1, link.indexOf('>')));

        assertThat(upstream.requests().getLast().target()).isEqualTo(path + "?next_page=gAAA%3D&n=2");
    }

    @Test
    void aListIsServedStaleWithAWarningWhileTheUpstreamIsOut() {
        String path = "/v2/library/outage/tags/list";
        upstream.on("GET", path)
                .responds(Answer.json(200, "{\"name\":\"library/outage\",\"tags\":[\"a\"]}"))
                .then()
                .responds(503);
        HttpResponse<byte[]> fetched = gateway.get("/v2/eager/library/outage/tags/list");

        HttpResponse<byte[]> stale = gateway.get("/v2/eager/library/outage/tags/list");

        assertThat(header(fetched, "Cache-Status")).isEqualTo("sluice; fwd=miss; stored");
        assertThat(stale.body()).isEqualTo(fetched.body());
        assertThat(header(stale, "Cache-Status")).isEqualTo("sluice; fwd=stale; fwd-status=503");
        assertThat(header(stale, "Warning")).startsWith("299 - ");
    }

    @Test
    void tagsOfAnUnknownRepositoryAre404() {
        assertThat(TestGateway.text(gateway.get("/v2/nothing-here/tags/list"))).contains("NAME_UNKNOWN");
    }

    @Test
    void referrersPassThroughWithTheirFilter() {
        Content index = Images.index();
        upstream.answer(
                "/v2/library/api/referrers/" + DIGEST,
                200,
                Map.of("Content-Type", index.mediaType(), "OCI-Filters-Applied", "artifactType"),
                index.bytes());

        HttpResponse<byte[]> response =
                gateway.get("/v2/api/referrers/" + DIGEST + "?artifactType=application%2Fspdx%2Bjson");

        assertThat(response.body()).isEqualTo(index.bytes());
        assertThat(header(response, "Content-Type")).isEqualTo(index.mediaType());
        assertThat(header(response, "OCI-Filters-Applied")).isEqualTo("artifactType");
        assertThat(upstream.requests().getLast().target()).endsWith("?artifactType=application%2Fspdx%2Bjson");
    }

    @Test
    void withoutAReferrersApiTheTagOfTheDigestIsRead() {
        Content index = Images.index(Images.image(Images.layer(10, 40)));
        upstream.manifest("library/schema", index, DIGEST.replace(':', '-'));

        HttpResponse<byte[]> response = gateway.get("/v2/schema/referrers/" + DIGEST);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo(index.bytes());
    }

    @Test
    void referrersAreNeverNotFound() {
        HttpResponse<byte[]> response = gateway.get("/v2/nothing-here/referrers/" + DIGEST);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(TestGateway.text(response)).contains("\"manifests\":[]");
        assertThat(header(response, "Content-Type")).isEqualTo(Images.OCI_INDEX);
    }
}
