package io.sluice.gateway.pull;

import io.sluice.cache.TagKey;
import io.sluice.cache.manifest.ManifestStore;
import io.sluice.cache.manifest.TagIndex;
import io.sluice.cache.manifest.TagPointer;
import io.sluice.gateway.policy.Decision;
import io.sluice.oci.Digest;
import io.sluice.oci.DistributionRequest.TagsRequest;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The tags that could be pulled while the upstream cannot be asked: those whose manifests are held, and whose repository is
 * proven to have them, in lexical order.
 */
final class HeldTags {

    private static final int AT_ONCE = 16;

    private final TagIndex tags;
    private final ManifestStore manifests;
    private final RepositoryAccess access;
    private final Clock clock;

    HeldTags(TagIndex tags, ManifestStore manifests, RepositoryAccess access, Clock clock) {
        this.tags = tags;
        this.manifests = manifests;
        this.access = access;
        this.clock = clock;
    }

    /**
     * A page of them; empty where there is no tag at all, or the page is one that only the upstream knows.
     *
     * @param anyAge whether it does not matter when the upstream last confirmed them
     */
    Mono<PulledList> find(PullTarget target, TagsRequest request, boolean anyAge) {
        return request.page() != null
                ? Mono.empty()
                : tags.pointers(target.key())
                        .flatMap(pointers -> usable(target, pointers, anyAge))
                        .filter(usable -> !usable.isEmpty())
                        .map(usable -> page(target, request, usable));
    }

    private Mono<List<String>> usable(PullTarget target, Map<TagKey, TagPointer> pointers, boolean anyAge) {
        return Flux.fromIterable(pointers.entrySet())
                .filter(entry -> mayBeListed(target, entry.getKey(), entry.getValue(), anyAge))
                .flatMap(
                        entry -> isUsable(
                                        target,
                                        Objects.requireNonNull(entry.getValue().held()))
                                .filter(usable -> usable)
                                .map(usable -> entry.getKey().tag().text()),
                        AT_ONCE)
                .distinct()
                .sort(Comparator.naturalOrder())
                .collectList();
    }

    private boolean mayBeListed(PullTarget target, TagKey key, TagPointer pointer, boolean anyAge) {
        return pointer.held() != null
                && (anyAge || target.freshness(key.tag()).mayBeStale(pointer.confirmedAt(), clock.instant()))
                && target.upstream().policy().of(target.name(), key.tag()) instanceof Decision.Allow;
    }

    private Mono<Boolean> isUsable(PullTarget target, Digest held) {
        return access.duringAnOutage(target, held)
                .flatMap(proof -> manifests.find(held))
                .hasElement();
    }

    private static PulledList page(PullTarget target, TagsRequest request, List<String> all) {
        String last = request.last();
        List<String> behind = last == null
                ? all
                : all.stream().filter(tag -> tag.compareTo(last) > 0).toList();
        int limit = request.n() == null ? behind.size() : Math.min(request.n(), ListPull.MAX_PAGE);
        List<String> page = behind.subList(0, Math.min(limit, behind.size()));
        PulledList list = PulledList.of(TagList.write(target.name(), page), ListPull.JSON);
        boolean isLast = page.size() == behind.size() || page.isEmpty();
        return isLast ? list : list.withNextPage("n=" + limit + "&last=" + page.getLast());
    }
}
