package io.sluice.gateway.pull;

import static io.sluice.gateway.pull.PullRig.allowing;
import static io.sluice.gateway.pull.PullRig.denying;
import static io.sluice.gateway.pull.PullRig.json;
import static io.sluice.gateway.pull.PullRig.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.gateway.error.PullDeniedException;
import io.sluice.gateway.policy.PullPolicy;
import io.sluice.gateway.policy.ReferencePattern;
import io.sluice.oci.Digest;
import io.sluice.oci.MediaTypes;
import io.sluice.oci.Tag;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the patterns of a route forbid: by tag, by digest and as a blob. */
class DeniedPullTest {

    private static final String TOOL = "team/tool";
    private static final Tag V1 = new Tag("v1");
    private static final Tag V2 = new Tag("v2");
    private static final Tag LATEST = new Tag("latest");

    private final PullRig rig = new PullRig();

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void nothingOfADeniedRepositoryIsAskedFor() {
        Digest digest = rig.image(TOOL, "v1");
        PullTarget denied = rig.target(TOOL, denying("team/*"));

        assertDenied(() -> rig.get(denied, V1));
        assertDenied(() -> rig.head(denied, V1));
        assertDenied(() -> rig.get(denied, digest));
        assertDenied(() -> rig.headBlob(denied, digest));
        assertDenied(() -> rig.tags(denied));
        assertThat(text(rig.referrers(denied, digest))).contains("\"manifests\":[]");

        assertThat(rig.registry.requests()).isEmpty();
        assertThat(denials("manifest", "repository-denied")).isEqualTo(3);
        assertThat(denials("blob", "repository-denied")).isEqualTo(1);
        assertThat(denials("tags", "repository-denied")).isEqualTo(1);
        assertThat(denials("referrers", "repository-denied")).isEqualTo(1);
    }

    @Test
    void whatIsHeldIsDeniedToo() {
        Digest digest = rig.image(TOOL, "v1");
        rig.get(rig.target(TOOL), V1);

        assertDenied(() -> rig.get(rig.target(TOOL, denying("team/*")), digest));
        assertDenied(() -> rig.get(rig.target(TOOL, allowing("library/*")), digest));
        assertThat(denials("manifest", "not-allowed")).isEqualTo(1);
    }

    @Test
    void whereOnlyTagsAreAllowedADigestIsDeniedUntilOneOfThemLedToIt() {
        Digest layer = rig.blob(TOOL, "abc");
        Digest child = rig.image(TOOL, null, layer);
        Digest index = rig.index(TOOL, "v1", child);
        PullTarget tool = rig.target(TOOL, allowing("*:v1"));

        assertDenied(() -> rig.get(tool, index));
        assertDenied(() -> rig.get(tool, child));
        assertDenied(() -> rig.headBlob(tool, layer));
        assertThat(rig.registry.requests()).isEmpty();
        assertThat(denials("blob", "no-tag-led-here")).isEqualTo(1);

        rig.get(tool, V1);

        assertThat(rig.get(tool, index).descriptor().digest()).isEqualTo(index);
        assertDenied(() -> rig.headBlob(tool, layer));
        assertThat(rig.get(tool, child).descriptor().digest()).isEqualTo(child);
        assertThat(rig.headBlob(tool, layer).size()).isEqualTo(3);
    }

    @Test
    void whatOnlyAnotherTagLeadsToHasNoBackDoor() {
        Digest ofV1 = rig.blob(TOOL, "one");
        Digest ofV2 = rig.blob(TOOL, "two");
        Digest shared = rig.blob(TOOL, "both");
        rig.image(TOOL, "v1", ofV1, shared);
        Digest second = rig.image(TOOL, "v2", ofV2, shared);
        PullTarget tool = rig.target(TOOL, allowing("*:v1"));
        rig.get(tool, V1);

        assertDenied(() -> rig.get(tool, V2));
        assertDenied(() -> rig.get(tool, second));
        assertDenied(() -> rig.headBlob(tool, ofV2));
        assertThat(rig.headBlob(tool, ofV1).size()).isEqualTo(3);
        assertThat(rig.headBlob(tool, shared).size()).isEqualTo(4);
    }

    @Test
    void aHeadOfATagLeadsToItsDigestAlone() {
        Digest layer = rig.blob(TOOL, "abc");
        Digest image = rig.image(TOOL, "v1", layer);
        PullTarget tool = rig.target(TOOL, allowing("*:v1"));

        rig.head(tool, V1);

        assertDenied(() -> rig.headBlob(tool, layer));
        rig.get(tool, image);
        assertThat(rig.headBlob(tool, layer).size()).isEqualTo(3);
    }

    @Test
    void whatWasLetInStaysSoOverARestartAndUnderTheSamePatternsAlone() {
        Digest image = rig.image(TOOL, "v1");
        rig.get(rig.target(TOOL, allowing("*:v1")), V1);
        rig.reopen();

        assertThat(rig.get(rig.target(TOOL, allowing("*:v1")), image)
                        .descriptor()
                        .digest())
                .isEqualTo(image);
        assertDenied(() -> rig.get(rig.target(TOOL, allowing("*:v2")), image));
        assertDenied(() -> rig.get(rig.target("team/other", allowing("*:v1")), image));
    }

    @Test
    void aPullFromBeforeTheTagsWereRestrictedIsNoBackDoor() {
        Digest image = rig.image(TOOL, "v2");
        rig.get(rig.target(TOOL), V2);
        rig.get(rig.target(TOOL), image);

        assertDenied(() -> rig.get(rig.target(TOOL, allowing("*:v1")), image));
    }

    @Test
    void whereATagIsDeniedSoIsWhatItAloneIsKnownToLeadTo() {
        Digest ofLatest = rig.blob(TOOL, "new");
        Digest shared = rig.blob(TOOL, "both");
        Digest newest = rig.image(TOOL, "latest", ofLatest, shared);
        Digest first = rig.image(TOOL, "v1", shared);
        Digest untagged = rig.image(TOOL, null, rig.blob(TOOL, "pinned"));
        rig.get(rig.target(TOOL), LATEST);
        rig.get(rig.target(TOOL), V1);
        rig.reopen();
        PullTarget tool = rig.target(TOOL, denying("*:latest"));

        assertDenied(() -> rig.get(tool, LATEST));
        assertDenied(() -> rig.get(tool, newest));
        assertDenied(() -> rig.headBlob(tool, ofLatest));
        assertThat(rig.get(tool, first).descriptor().digest()).isEqualTo(first);
        assertThat(rig.headBlob(tool, shared).size()).isEqualTo(4);
        assertThat(rig.get(tool, untagged).descriptor().digest())
                .as("a digest that somebody pinned")
                .isEqualTo(untagged);
    }

    @Test
    void anAllowedTagThatComesToTheDigestOfADeniedOneLetsItIn() {
        Digest newest = rig.image(TOOL, "latest");
        rig.get(rig.target(TOOL), LATEST);
        PullTarget tool = rig.target(TOOL, denying("*:latest"));
        assertDenied(() -> rig.get(tool, newest));

        rig.image(TOOL, "v2");
        rig.get(tool, V2);

        assertThat(rig.get(tool, newest).descriptor().digest()).isEqualTo(newest);
    }

    @Test
    void tagsThatMayNotBePulledAreNotListed() {
        rig.registry.put(
                TOOL,
                "tags/list",
                json("{\"name\":\"team/tool\", \"tags\":[\"latest\",\"v1\",\"not a tag\",\"v2\"], \"more\":[1]}"),
                headers -> headers.set("Content-Type", "application/json"));

        assertThat(text(rig.tags(rig.target(TOOL, denying("*:latest")))))
                .isEqualTo("{\"name\":\"team/tool\",\"tags\":[\"v1\",\"v2\"]}");
    }

    @Test
    @DisplayName("G05: patterns that have changed hold at once, for digests and for lists that are remembered")
    void patternsThatHaveChangedHoldAtOnce() {
        rig.registry.put(
                TOOL,
                "tags/list",
                json("{\"name\":\"team/tool\",\"tags\":[\"latest\",\"v1\",\"v2\"]}"),
                headers -> headers.set("Content-Type", "application/json"));
        rig.image(TOOL, "latest", rig.blob(TOOL, "new"));
        Digest first = rig.image(TOOL, "v1", rig.blob(TOOL, "old"));
        rig.get(rig.target(TOOL), LATEST);
        rig.get(rig.target(TOOL), V1);
        PullTarget before = rig.target(TOOL, denying("*:latest"));
        assertThat(rig.get(before, first).descriptor().digest()).isEqualTo(first);
        assertThat(text(rig.tags(before))).contains("v1");

        PullTarget after = rig.target(TOOL, denying("*:latest", "*:v1"));

        assertDenied(() -> rig.get(after, first));
        assertThat(text(rig.tags(after))).isEqualTo("{\"name\":\"team/tool\",\"tags\":[\"v2\"]}");
    }

    @Test
    void aListOfWhichAllMayBePulledKeepsItsBytes() {
        String document = "{\"name\":\"team/tool\", \"tags\":[\"latest\"]}";
        rig.registry.put(TOOL, "tags/list", json(document), headers -> headers.set("Content-Type", "application/json"));
        PullPolicy policy = new PullPolicy(
                List.of(ReferencePattern.parse("team/*")), List.of(ReferencePattern.parse("library/*:latest")));

        assertThat(text(rig.tags(rig.target(TOOL, policy)))).isEqualTo(document);
    }

    @Test
    void whatRefersToSomethingLetInIsLetInAsWell() {
        Digest image = rig.image(TOOL, "v1");
        Digest signature = rig.image(TOOL, null, rig.blob(TOOL, "signature"));
        rig.registry.put(
                TOOL,
                "referrers/" + image,
                json("{\"schemaVersion\":2,\"manifests\":[{\"digest\":\"" + signature + "\"}]}"),
                headers -> headers.set("Content-Type", MediaTypes.OCI_INDEX));
        PullTarget tool = rig.target(TOOL, allowing("*:v1"));
        assertThat(text(rig.referrers(tool, image))).contains("\"manifests\":[]");
        assertThat(rig.registry.requests()).isEmpty();
        assertDenied(() -> rig.get(tool, signature));

        rig.get(tool, V1);

        assertThat(text(rig.referrers(tool, image))).contains(signature.text());
        assertThat(rig.get(tool, signature).descriptor().digest()).isEqualTo(signature);
    }

    @Test
    @DisplayName("T30: a denied list of referrers looks like one of something that is not there")
    void aDeniedListOfReferrersLooksLikeAnEmptyOne() {
        Digest digest = PullRig.digest("nothing");
        PullTarget absent = rig.target("team/none");
        rig.referrers(absent, digest);

        PulledList empty = rig.referrers(absent, digest);
        PulledList denied = rig.referrers(rig.target(TOOL, denying("team/*")), digest);

        assertThat(text(denied)).isEqualTo(text(empty));
        assertThat(denied.mediaType()).isEqualTo(empty.mediaType());
        assertThat(denied.status().headerValue()).isEqualTo(empty.status().headerValue());
    }

    private double denials(String kind, String reason) {
        return rig.meters
                .get("sluice.denied")
                .tags("route", "hub", "kind", kind, "reason", reason)
                .counter()
                .count();
    }

    private static void assertDenied(ThrowingCallable pull) {
        assertThatThrownBy(pull).isInstanceOf(PullDeniedException.class);
    }
}
