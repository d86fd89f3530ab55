package io.sluice.gateway.pull;

import io.netty.buffer.ByteBuf;
import io.sluice.gateway.error.InvalidContentException;
import io.sluice.gateway.error.UpstreamStatusException;
import io.sluice.gateway.metrics.GatewayMetrics;
import io.sluice.gateway.metrics.Kind;
import io.sluice.gateway.upstream.RegistryRequest;
import io.sluice.gateway.upstream.ResponseHead;
import io.sluice.oci.Accept;
import io.sluice.oci.Digest;
import io.sluice.oci.DistributionRequest.ReferrersRequest;
import io.sluice.oci.DistributionRequest.TagsRequest;
import io.sluice.oci.MediaTypes;
import io.sluice.oci.Tag;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The lists of a repository: its tags, and what refers to one of its digests. They pass through, and are not kept. */
public final class ListPull {

    /** The longest page of tags that is asked for (T18). */
    static final int MAX_PAGE = 1000;

    private static final byte[] EMPTY_INDEX = ("{\"schemaVersion\":2,\"mediaType\":\"" + MediaTypes.OCI_INDEX
                    + "\",\"manifests\":[]}")
            .getBytes(StandardCharsets.US_ASCII);

    private final ManifestPull manifests;
    private final ByteBudget budget;
    private final GatewayMetrics metrics;

    ListPull(ManifestPull manifests, ByteBudget budget, GatewayMetrics metrics) {
        this.manifests = manifests;
        this.budget = budget;
        this.metrics = metrics;
    }

    /** A page of the tags, as the upstream sent it; the specification has it in lexical order. */
    public Mono<PulledList> tags(PullTarget target, TagsRequest request) {
        Integer n = request.n();
        if (n != null && n == 0) {
            return noTags(target);
        }
        RegistryRequest upstream = request.page() == null
                ? RegistryRequest.tags(
                        target.name(), n == null ? null : Integer.valueOf(Math.min(n, MAX_PAGE)), request.last())
                : RegistryRequest.tagsPage(target.name(), request.page());
        return target.upstream()
                .registry()
                .send(upstream, (head, body) -> read(target, Kind.TAGS, "application/json", head, body));
    }

    /** No tags were asked for; the upstream still says whether there is such a repository. */
    private Mono<PulledList> noTags(PullTarget target) {
        byte[] none = ("{\"name\":\"" + target.name() + "\",\"tags\":[]}").getBytes(StandardCharsets.US_ASCII);
        PulledList list = new PulledList(ByteBuffer.wrap(none), "application/json", null, null, CacheStatus.BYPASS);
        return target.upstream()
                .registry()
                .send(RegistryRequest.tags(target.name(), 1, null), (head, body) -> Mono.just(list));
    }

    /**
     * What refers to a digest. Where the upstream has no referrers API the index that the tag of the digest's name points
     * to is the answer, else an empty one; never "not found" (OCI distribution-spec 1.1, Listing Referrers).
     */
    public Mono<PulledList> referrers(PullTarget target, ReferrersRequest request) {
        Digest digest = request.digest();
        RegistryRequest upstream = request.page() == null
                ? RegistryRequest.referrers(target.name(), digest, request.artifactType())
                : RegistryRequest.referrersPage(target.name(), digest, request.page());
        return target.upstream()
                .registry()
                .send(
                        upstream,
                        (head, body) -> isIndex(head)
                                ? read(target, Kind.REFERRERS, MediaTypes.OCI_INDEX, head, body)
                                : Mono.empty())
                .onErrorResume(ListPull::isWithoutReferrers, failure -> Mono.empty())
                .switchIfEmpty(Mono.defer(() -> referrersByTag(target, digest)));
    }

    private Mono<PulledList> referrersByTag(PullTarget target, Digest digest) {
        return manifests
                .get(target, referrersTag(digest), new Accept(List.of(MediaTypes.OCI_INDEX)))
                .onErrorResume(ListPull::isWithoutReferrers, failure -> Mono.empty())
                .filter(pulled -> pulled.descriptor().mediaType().equals(MediaTypes.OCI_INDEX))
                .mapNotNull(pulled -> pulled.manifest() == null
                        ? null
                        : list(pulled.manifest().bytes(), pulled.status()))
                .defaultIfEmpty(list(ByteBuffer.wrap(EMPTY_INDEX), CacheStatus.BYPASS));
    }

    /** The tag that lists the referrers of a digest where there is no API for it. */
    static Tag referrersTag(Digest digest) {
        String hex = digest.hex();
        return new Tag(digest.algorithm().label() + "-" + hex.substring(0, Math.min(64, hex.length())));
    }

    private static PulledList list(ByteBuffer index, CacheStatus status) {
        return new PulledList(index, MediaTypes.OCI_INDEX, null, null, status);
    }

    private Mono<PulledList> read(
            PullTarget target, Kind kind, String mediaType, ResponseHead head, Flux<ByteBuf> body) {
        String contentType = head.header("Content-Type");
        if (kind == Kind.TAGS && (contentType == null || !contentType.contains("json"))) {
            return Mono.error(new InvalidContentException("the upstream's list of tags is no JSON"));
        }
        return ManifestTee.gather(body, budget).map(bytes -> {
            metrics.fetched(target.upstream().route(), kind, bytes.length);
            return new PulledList(
                    ByteBuffer.wrap(bytes),
                    mediaType,
                    NextPage.queryOf(head.header("Link")),
                    plain(head.header("OCI-Filters-Applied")),
                    CacheStatus.BYPASS);
        });
    }

    private static boolean isIndex(ResponseHead head) {
        String contentType = head.header("Content-Type");
        return contentType != null && MediaTypes.withoutParameters(contentType).equals(MediaTypes.OCI_INDEX);
    }

    private static boolean isWithoutReferrers(Throwable failure) {
        return failure instanceof UpstreamStatusException answer
                && answer.status() >= 400
                && answer.status() < 500
                && answer.status() != 408
                && answer.status() != 429;
    }

    private static @Nullable String plain(@Nullable String value) {
        return value != null && value.matches("[A-Za-z0-9,._ -]{1,256}") ? value : null;
    }
}
