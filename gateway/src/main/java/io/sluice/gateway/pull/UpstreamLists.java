package io.sluice.gateway.pull;

import io.netty.buffer.ByteBuf;
import io.sluice.gateway.error.InvalidContentException;
import io.sluice.gateway.metrics.GatewayMetrics;
import io.sluice.gateway.metrics.Kind;
import io.sluice.gateway.upstream.RegistryRequest;
import io.sluice.gateway.upstream.ResponseHead;
import io.sluice.oci.Digest;
import io.sluice.oci.DistributionRequest.ReferrersRequest;
import io.sluice.oci.MediaTypes;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Lists at the upstream: a page of tags, as it was asked for, and the referrers of a digest, whose pages are followed,
 * because many a client reads no further than the first.
 */
final class UpstreamLists {

    /** The longest page that is taken, and what may have come when one more page is still followed, bytes (T18). */
    static final int MAX_BYTES = 8 * 1024 * 1024;

    /** How many pages of referrers become one list; the client may follow those behind. */
    static final int MAX_PAGES = 16;

    private static final String JSON = "application/json";
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9,._ -]{1,256}");

    private final ByteBudget budget;
    private final GatewayMetrics metrics;

    UpstreamLists(ByteBudget budget, GatewayMetrics metrics) {
        this.budget = budget;
        this.metrics = metrics;
    }

    /**
     * A page.
     *
     * @param next the upstream's own query of the next one, encoded, or null
     */
    private record Page(PulledList list, @Nullable String next) {}

    /** A page of tags, as the upstream sent it. */
    Mono<PulledList> tags(PullTarget target, RegistryRequest question) {
        return target.upstream()
                .registry()
                .send(
                        question,
                        (head, body) -> isJson(head)
                                ? read(target, Kind.TAGS, JSON, head, body)
                                : Mono.error(new InvalidContentException("the upstream's list of tags is no JSON")))
                .map(Page::list);
    }

    /** The referrers of a digest, as the upstream sent them if that is one page; empty where it sends something else. */
    Mono<PulledList> referrers(PullTarget target, ReferrersRequest request) {
        RegistryRequest question = question(target, request);
        return page(target, question)
                .flatMap(first -> first.next() == null || request.page() != null
                        ? Mono.just(first.list())
                        : follow(target, request.digest(), first));
    }

    static RegistryRequest question(PullTarget target, ReferrersRequest request) {
        return request.page() == null
                ? RegistryRequest.referrers(target.name(), request.digest(), request.artifactType())
                : RegistryRequest.referrersPage(target.name(), request.digest(), request.page());
    }

    private Mono<Page> page(PullTarget target, RegistryRequest question) {
        return target.upstream()
                .registry()
                .send(
                        question,
                        (head, body) -> isIndex(head)
                                ? read(target, Kind.REFERRERS, MediaTypes.OCI_INDEX, head, body)
                                : Mono.empty());
    }

    private Mono<PulledList> follow(PullTarget target, Digest digest, Page first) {
        return Mono.defer(() -> {
            Followed followed = new Followed(first.list());
            return Mono.just(first)
                    .expand(page -> Mono.just(page)
                            .publishOn(Schedulers.parallel())
                            .mapNotNull(followed::take)
                            .flatMap(next -> next(target, digest, next)))
                    .then(Mono.fromSupplier(followed::list));
        });
    }

    private Mono<Page> next(PullTarget target, Digest digest, String query) {
        return page(target, RegistryRequest.referrersPage(target.name(), digest, query))
                .switchIfEmpty(Mono.error(
                        () -> new InvalidContentException("the upstream's next page of referrers is no index")));
    }

    /** Pages that become one list. */
    private static final class Followed {

        private final PulledList first;
        private final Map<Digest, ReferrersIndex.Entry> entries = new LinkedHashMap<>();
        private @Nullable String next;
        private int pages;
        private long bytes;

        Followed(PulledList first) {
            this.first = first;
        }

        /** Takes a page, and gives the query of the one to follow, if any. */
        @Nullable
        String take(Page page) {
            ReferrersIndex.read(page.list().bytes()).forEach(entry -> entries.putIfAbsent(entry.digest(), entry));
            next = page.next();
            pages++;
            bytes += page.list().size();
            return pages < MAX_PAGES && bytes < MAX_BYTES ? next : null;
        }

        PulledList list() {
            return first.withBody(ReferrersIndex.write(entries.values()))
                    .withNextPage(next == null ? null : NextPage.onOurPath(next));
        }
    }

    private Mono<Page> read(PullTarget target, Kind kind, String mediaType, ResponseHead head, Flux<ByteBuf> body) {
        if (head.contentLength() > MAX_BYTES) {
            return Mono.error(new InvalidContentException("the upstream announces a list of " + head.contentLength()
                    + " bytes, at most " + MAX_BYTES + " are taken"));
        }
        return ManifestTee.gather(body, budget, MAX_BYTES).map(bytes -> {
            metrics.fetched(target.upstream().route(), kind, bytes.length);
            String next = NextPage.upstreamQueryOf(head.header("Link"));
            PulledList list = new PulledList(
                    ByteBuffer.wrap(bytes),
                    mediaType,
                    next == null ? null : NextPage.onOurPath(next),
                    plain(head.header("OCI-Filters-Applied")),
                    CacheStatus.STORED);
            return new Page(list, next);
        });
    }

    private static boolean isJson(ResponseHead head) {
        String contentType = head.header("Content-Type");
        return contentType != null && contentType.contains("json");
    }

    private static boolean isIndex(ResponseHead head) {
        String contentType = head.header("Content-Type");
        return contentType != null && MediaTypes.withoutParameters(contentType).equals(MediaTypes.OCI_INDEX);
    }

    private static @Nullable String plain(@Nullable String value) {
        return value != null && PLAIN.matcher(value).matches() ? value : null;
    }
}
