package io.sluice.gateway.pull;

import static io.sluice.gateway.pull.PullRig.json;
import static io.sluice.gateway.pull.PullRig.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.gateway.error.InvalidContentException;
import io.sluice.gateway.error.UpstreamStatusException;
import io.sluice.gateway.policy.PullPolicy;
import io.sluice.gateway.upstream.RegistryRequest;
import io.sluice.gateway.upstream.RegistryRequest.Method;
import io.sluice.oci.Digest;
import io.sluice.oci.DistributionRequest.TagsRequest;
import io.sluice.oci.MediaTypes;
import io.sluice.oci.RequestedRepository;
import io.sluice.oci.Tag;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

class ListPullTest {

    private static final String TOOL = "team/tool";
    private static final String TAGS = "tags/list";

    private final PullRig rig = new PullRig();
    private final PullTarget tool = rig.target(TOOL);

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    @DisplayName("T18: a list is asked for once in half a minute, and keeps its bytes")
    void aListIsRememberedForAMoment() {
        String document = "{\"name\":\"team/tool\" , \"tags\":[\"a\",\"b\"]}";
        putTags(document);

        PulledList first = rig.tags(tool);
        PulledList second = rig.tags(tool);

        assertThat(text(first)).isEqualTo(document);
        assertThat(first.status()).isEqualTo(CacheStatus.STORED);
        assertThat(text(second)).isEqualTo(document);
        assertThat(second.status()).isEqualTo(CacheStatus.HIT);
        assertThat(asked(TAGS)).isEqualTo(1);

        rig.clock.advance(Upstream.LISTS_FRESH_FOR);
        assertThat(rig.tags(tool).status()).isEqualTo(CacheStatus.STORED);
        assertThat(asked(TAGS)).isEqualTo(2);
    }

    @Test
    void pagesAreRememberedOneByOne() {
        putTags("{\"tags\":[\"a\",\"b\"]}");
        rig.registry.put(
                TOOL,
                "tags/list?n=1",
                json("{\"tags\":[\"a\"]}"),
                headers -> headers.set("Content-Type", "application/json")
                        .set("Link", "</v2/team/tool/tags/list?last=a&n=1>; rel=\"next\""));

        rig.tags(tool);

        assertThat(text(rig.tags(tool, 1, null))).isEqualTo("{\"tags\":[\"a\"]}");
        assertThat(rig.tags(tool, 1, null).nextPage()).isEqualTo("last=a&n=1");
        assertThat(asked("tags/list?n=1")).isEqualTo(1);
    }

    @Test
    @DisplayName("T18: a thousand who ask at once share one call")
    void aCrowdSharesOneCall() {
        putTags("{\"tags\":[\"a\"]}");
        Sinks.Empty<Void> barrier = rig.registry.holdAnswers();

        Sinks.One<List<PulledList>> all = Sinks.one();
        TagsRequest request = new TagsRequest(new RequestedRepository("", tool.name(), null), null, null, null);
        Flux.range(0, 1_000)
                .flatMap(i -> rig.pulls.lists().tags(tool, request), 1_000)
                .collectList()
                .subscribe(all::tryEmitValue, all::tryEmitError);
        barrier.tryEmitEmpty();
        List<PulledList> lists = Objects.requireNonNull(all.asMono().block(PullRig.LIMIT));

        assertThat(lists).hasSize(1_000).allMatch(list -> text(list).equals("{\"tags\":[\"a\"]}"));
        assertThat(lists)
                .filteredOn(list -> list.status().equals(CacheStatus.STORED))
                .hasSize(1);
        assertThat(asked(TAGS)).isEqualTo(1);
    }

    @Test
    void whileTheUpstreamIsOutAListIsServedStale() {
        putTags("{\"tags\":[\"a\"]}");
        rig.tags(tool);
        rig.registry.failEverything(FakeRegistry.status(503));
        rig.clock.advance(Duration.ofHours(1));

        PulledList stale = rig.tags(tool);

        assertThat(text(stale)).isEqualTo("{\"tags\":[\"a\"]}");
        assertThat(stale.status()).isEqualTo(CacheStatus.staleAfter(503));
        rig.clock.advance(PullRig.STALE_FOR);
        assertThatThrownBy(() -> rig.tags(tool)).isInstanceOf(UpstreamStatusException.class);
    }

    @Test
    @DisplayName("T33: neither a 404 nor another error of a list is remembered")
    void errorsAreNotRemembered() {
        assertThatThrownBy(() -> rig.tags(tool)).isInstanceOf(UpstreamStatusException.class);
        rig.registry.failEverything(FakeRegistry.status(500));
        assertThatThrownBy(() -> rig.tags(tool)).isInstanceOf(UpstreamStatusException.class);
        rig.registry.failEverything(null);
        putTags("{\"tags\":[\"a\"]}");

        assertThat(rig.tags(tool).status()).isEqualTo(CacheStatus.STORED);
    }

    @Test
    @DisplayName("T12: after the registry's own no, no page of the repository is served stale")
    void aRefusalTakesAllPagesAway() {
        putTags("{\"tags\":[\"a\"]}");
        rig.registry.put(TOOL, "tags/list?n=1", json("{}"), headers -> headers.set("Content-Type", "application/json"));
        rig.tags(tool);
        rig.tags(tool, 1, null);
        rig.clock.advance(Duration.ofMinutes(1));
        rig.registry.failEverything(FakeRegistry.status(403));
        assertThatThrownBy(() -> rig.tags(tool)).isInstanceOf(UpstreamStatusException.class);

        rig.registry.failEverything(FakeRegistry.status(503));

        assertThatThrownBy(() -> rig.tags(tool, 1, null)).isInstanceOf(UpstreamStatusException.class);
    }

    @Test
    @DisplayName("T18 U32: 100,000 tags fit, and more than 8 MiB do not")
    void aListHasALimit() {
        String many = IntStream.range(0, 100_000)
                .mapToObj(i -> "\"2026.01.01-build" + i + "\"")
                .collect(Collectors.joining(",", "{\"tags\":[", "]}"));
        putTags(many);
        assertThat(text(rig.tags(tool))).isEqualTo(many);
        assertThat(TagList.read(json(many), tag -> true)).hasSize(100_000);

        rig.clock.advance(Duration.ofMinutes(1));
        putTags("{\"tags\":[\"" + "a".repeat(UpstreamLists.MAX_BYTES) + "\"]}");
        assertThatThrownBy(() -> rig.tags(tool)).isInstanceOf(InvalidContentException.class);
    }

    @Test
    void afterARestartInAnOutageTheTagsThatAreHeldAreListedInOrder() {
        for (String tag : List.of("v2", "latest", "v1", "v10")) {
            rig.image(TOOL, tag, PullRig.digest(tag));
            rig.get(tool, new Tag(tag));
        }
        rig.image(TOOL, "unheld", PullRig.digest("unheld"));
        rig.head(tool, new Tag("unheld"));
        rig.image("team/other", "other");
        rig.get(rig.target("team/other"), new Tag("other"));
        rig.reopen();
        rig.registry.failEverything(FakeRegistry.status(503));

        PulledList all = rig.tags(tool);
        assertThat(text(all)).isEqualTo("{\"name\":\"team/tool\",\"tags\":[\"latest\",\"v1\",\"v10\",\"v2\"]}");
        assertThat(all.status()).isEqualTo(CacheStatus.staleAfter(503));
        assertThat(all.nextPage()).isNull();
        PulledList page = rig.tags(tool, 2, "latest");
        assertThat(text(page)).isEqualTo("{\"name\":\"team/tool\",\"tags\":[\"v1\",\"v10\"]}");
        assertThat(page.nextPage()).isEqualTo("n=2&last=v10");
        assertThat(rig.tags(tool, 2, "v10").nextPage()).isNull();
        assertThat(text(rig.tags(tool, 2, "v2"))).isEqualTo("{\"name\":\"team/tool\",\"tags\":[]}");
        assertThat(text(rig.tags(rig.target(TOOL, PullRig.denying("*:v1*")))))
                .isEqualTo("{\"name\":\"team/tool\",\"tags\":[\"latest\",\"v2\"]}");
    }

    @Test
    void inAnOutageARepositoryOfWhichNothingIsHeldHasNoList() {
        rig.registry.failEverything(FakeRegistry.status(503));

        assertThatThrownBy(() -> rig.tags(tool)).isInstanceOf(UpstreamStatusException.class);
        assertThatThrownBy(() -> rig.referrers(tool, PullRig.digest("x")))
                .as("that nothing is known does not mean that nothing refers to it")
                .isInstanceOf(UpstreamStatusException.class);
    }

    @Test
    @DisplayName("T12: a tag whose digest the registry has refused since is not listed in an outage")
    void whatIsNotProvenIsNotListed() {
        PullTarget credentialed = rig.target(TOOL, PullPolicy.EVERYTHING, true);
        Digest refused = rig.image(TOOL, "v1", PullRig.digest("1"));
        rig.image(TOOL, "v2", PullRig.digest("2"));
        rig.get(credentialed, new Tag("v1"));
        rig.get(credentialed, new Tag("v2"));
        rig.clock.advance(Duration.ofMinutes(16));
        rig.registry.fail(Method.HEAD, TOOL, "manifests/" + refused, FakeRegistry.status(403));
        rig.registry.fail(Method.GET, TOOL, "manifests/" + refused, FakeRegistry.status(403));
        assertThatThrownBy(() -> rig.get(credentialed, refused)).isInstanceOf(UpstreamStatusException.class);
        rig.registry.failEverything(FakeRegistry.status(503));

        assertThat(text(rig.tags(credentialed))).contains("[\"v2\"]");
    }

    @Test
    void theReferrersOfOnePageKeepTheirBytes() {
        Digest subject = PullRig.digest("subject");
        String index = index(descriptor("a", "sbom")) + " ";
        putReferrers(subject, "", index, null);

        assertThat(text(rig.referrers(tool, subject))).isEqualTo(index);
        assertThat(rig.referrers(tool, subject).status()).isEqualTo(CacheStatus.HIT);
    }

    @Test
    @DisplayName("T18: the pages of referrers become one list, whatever host their links name")
    void pagesOfReferrersAreFollowed() {
        Digest subject = PullRig.digest("subject");
        putReferrers(subject, "", index(descriptor("a", "sbom")), "<https://evil.example/steal?token=1>; rel=\"next\"");
        putReferrers(
                subject, "?token=1", index(descriptor("b", "sbom"), descriptor("a", "sbom")), "<?token=2>; rel=next");
        putReferrers(subject, "?token=2", index(descriptor("c", "sbom")), null);

        PulledList list = rig.referrers(tool, subject);

        assertThat(text(list))
                .isEqualTo(index(descriptor("a", "sbom"), descriptor("b", "sbom"), descriptor("c", "sbom")));
        assertThat(list.nextPage()).isNull();
        assertThat(rig.registry.requests())
                .extracting(RegistryRequest::endpoint)
                .containsExactly(
                        "referrers/" + subject,
                        "referrers/" + subject + "?token=1",
                        "referrers/" + subject + "?token=2");
    }

    @Test
    @DisplayName("T18: a list of referrers that never ends is followed for 16 pages")
    void pagesAreBounded() {
        Digest subject = PullRig.digest("subject");
        putReferrers(subject, "", index(descriptor("a", "sbom")), "<?more=1>; rel=next");
        putReferrers(subject, "?more=1", index(descriptor("b", "sbom")), "<?more=1>; rel=next");

        PulledList list = rig.referrers(tool, subject);

        assertThat(rig.registry.requests()).hasSize(UpstreamLists.MAX_PAGES);
        assertThat(list.nextPage()).isEqualTo("page=more%3D1");
    }

    @Test
    void thatNothingRefersToItIsRememberedForAMomentToo() {
        Digest subject = PullRig.digest("subject");
        rig.referrers(tool, subject);
        int asked = rig.registry.requests().size();

        assertThat(rig.referrers(tool, subject).status()).isEqualTo(CacheStatus.HIT);
        assertThat(rig.registry.requests()).hasSize(asked);
    }

    @Test
    void afterARestartInAnOutageWhatIsHeldAndRefersToItIsListed() {
        Digest subject = rig.image(TOOL, "v1");
        Digest signature = referrer(subject, "application/signature", "{\"at\":\"noon\"}");
        Digest sbom = referrer(subject, "application/sbom", "{}");
        Digest ofAnother = referrer(PullRig.digest("another"), "application/sbom", "{}");
        List.of(subject, signature, sbom, ofAnother).forEach(digest -> rig.get(tool, digest));
        rig.reopen();
        rig.registry.failEverything(FakeRegistry.status(503));

        PulledList list = rig.referrers(tool, subject);
        assertThat(list.status()).isEqualTo(CacheStatus.staleAfter(503));
        assertThat(text(list))
                .contains(signature.text(), sbom.text(), "\"artifactType\":\"application/signature\"")
                .contains("\"annotations\":{\"at\":\"noon\"}")
                .doesNotContain(ofAnother.text());
        assertThat(ReferrersIndex.read(list.bytes())).hasSize(2);
        PulledList filtered = rig.referrers(tool, subject, "application/sbom");
        assertThat(ReferrersIndex.read(filtered.bytes()))
                .extracting(ReferrersIndex.Entry::digest)
                .containsExactly(sbom);
        assertThat(filtered.filtersApplied()).isEqualTo("artifactType");
        assertThatThrownBy(() -> rig.referrers(rig.target("team/other"), subject))
                .as("T11: of another repository")
                .isInstanceOf(UpstreamStatusException.class);
    }

    @Test
    void withoutAnApiWhatIsHeldJoinsTheIndexOfTheTag() {
        Digest subject = rig.image(TOOL, "v1");
        Digest held = referrer(subject, "application/signature", "{}");
        String index = index(descriptor("a", "sbom"));
        rig.registry.put(TOOL, ListPull.referrersTag(subject).text(), MediaTypes.OCI_INDEX, json(index));
        assertThat(text(rig.referrers(tool, subject)))
                .as("nothing else is held")
                .isEqualTo(index);

        rig.get(tool, held);
        rig.clock.advance(Duration.ofMinutes(2));

        assertThat(ReferrersIndex.read(rig.referrers(tool, subject).bytes()))
                .extracting(ReferrersIndex.Entry::digest)
                .containsExactly(PullRig.digest("a"), held);
    }

    @Test
    void inAnOutageTheIndexOfTheTagIsServedStale() {
        Digest subject = rig.image(TOOL, "v1");
        String index = index(descriptor("a", "sbom")) + "\n";
        rig.registry.put(TOOL, ListPull.referrersTag(subject).text(), MediaTypes.OCI_INDEX, json(index));
        rig.referrers(tool, subject);
        rig.reopen();
        rig.registry.failEverything(FakeRegistry.status(503));

        assertThat(text(rig.referrers(tool, subject))).isEqualTo(index);
        assertThat(rig.referrers(tool, subject).status()).isEqualTo(CacheStatus.staleAfter(503));
    }

    private void putTags(String document) {
        rig.registry.put(TOOL, TAGS, json(document), headers -> headers.set("Content-Type", "application/json"));
    }

    private void putReferrers(Digest subject, String query, String index, @Nullable String link) {
        rig.registry.put(TOOL, "referrers/" + subject + query, json(index), headers -> {
            headers.set("Content-Type", MediaTypes.OCI_INDEX);
            return link == null ? headers : headers.set("Link", link);
        });
    }

    private Digest referrer(Digest subject, String artifactType, String annotations) {
        return rig.registry.put(TOOL, null, MediaTypes.OCI_MANIFEST, json("""
                {"schemaVersion":2,"mediaType":"%s","artifactType":"%s","layers":[],
                 "subject":{"mediaType":"x","size":1,"digest":"%s"},"annotations":%s}
                """.formatted(
                        MediaTypes.OCI_MANIFEST, artifactType, subject, annotations)));
    }

    private static String descriptor(String content, String artifactType) {
        return "{\"mediaType\":\"m\", \"size\":1,\"digest\":\"" + PullRig.digest(content) + "\",\"artifactType\":\""
                + artifactType + "\",\"annotations\":{\"x\":[{}]}}";
    }

    private static String index(String... descriptors) {
        return "{\"schemaVersion\":2,\"mediaType\":\"" + MediaTypes.OCI_INDEX + "\",\"manifests\":["
                + String.join(",", descriptors) + "]}";
    }

    private long asked(String endpoint) {
        return rig.registry.count(Method.GET, TOOL, endpoint);
    }
}
