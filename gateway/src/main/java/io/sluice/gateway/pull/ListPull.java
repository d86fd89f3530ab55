package io.sluice.gateway.pull;

import io.sluice.cache.TagKey;
import io.sluice.cache.flight.Flights;
import io.sluice.gateway.error.PullDeniedException;
import io.sluice.gateway.error.PullException;
import io.sluice.gateway.error.UpstreamOfflineException;
import io.sluice.gateway.error.UpstreamStatusException;
import io.sluice.gateway.metrics.Kind;
import io.sluice.gateway.metrics.Outcome;
import io.sluice.gateway.policy.Decision;
import io.sluice.gateway.upstream.RegistryRequest;
import io.sluice.oci.Accept;
import io.sluice.oci.Digest;
import io.sluice.oci.DistributionRequest.ReferrersRequest;
import io.sluice.oci.DistributionRequest.TagsRequest;
import io.sluice.oci.MalformedRequestException;
import io.sluice.oci.MediaTypes;
import io.sluice.oci.Tag;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * The story of a list: the tags of a repository, or what refers to one of its digests. It was asked for a moment ago; or it
 * is asked for, once for all who want it, and remembered for a moment. When the upstream cannot be asked, it is what is
 * remembered, else what is held.
 *
 * <p>A list that the upstream sent whole keeps its bytes. One that is put together, or has lost a tag that may not be
 * pulled, is a document of our own.
 */
public final class ListPull {

    /** The longest page of tags that is asked for (T18). */
    static final int MAX_PAGE = 1000;

    static final String JSON = "application/json";

    private static final Accept INDEX = new Accept(List.of(MediaTypes.OCI_INDEX));

    /** What is not to be pulled looks like what is held and refers to nothing. */
    private static final CacheStatus DENIED = new CacheStatus(Outcome.DENIED, CacheStatus.HIT.headerValue());

    private final ListMemory memory;
    private final Flights<ListMemory.Key, PulledList> flights;
    private final UpstreamLists upstream;
    private final ManifestPull manifests;
    private final StaleTags stale;
    private final HeldTags heldTags;
    private final HeldReferrers heldReferrers;
    private final RepositoryAccess access;
    private final Admission admission;

    ListPull(
            ListMemory memory,
            Flights<ListMemory.Key, PulledList> flights,
            UpstreamLists upstream,
            ManifestPull manifests,
            StaleTags stale,
            HeldTags heldTags,
            HeldReferrers heldReferrers,
            RepositoryAccess access,
            Admission admission) {
        this.memory = memory;
        this.flights = flights;
        this.upstream = upstream;
        this.manifests = manifests;
        this.stale = stale;
        this.heldTags = heldTags;
        this.heldReferrers = heldReferrers;
        this.access = access;
        this.admission = admission;
    }

    /** Forgets the lists of a repository, and that the upstream does not have something of it. */
    public void askAnew(PullTarget target) {
        memory.forget(target.key());
        target.upstream().registry().askAnew(target.name());
    }

    /** A page of the tags that may be pulled; the specification has it in lexical order. */
    public Mono<PulledList> tags(PullTarget target, TagsRequest request) {
        return admission.of(target, Kind.TAGS, () -> admittedTags(target, request));
    }

    private Mono<PulledList> admittedTags(PullTarget target, TagsRequest request) {
        Integer n = request.n();
        boolean none = n != null && n == 0;
        RegistryRequest question = request.page() == null
                ? RegistryRequest.tags(
                        target.name(),
                        n == null ? null : Integer.valueOf(Math.clamp(n, 1, MAX_PAGE)),
                        none ? null : request.last())
                : RegistryRequest.tagsPage(target.name(), request.page());
        Mono<PulledList> tags = shared(
                target,
                question,
                () -> upstream.tags(target, question).flatMap(list -> withoutDenied(target, list)),
                failure -> heldTags.find(target, request, failure instanceof UpstreamOfflineException));
        return none ? tags.map(list -> noTags(target, list.status())) : tags;
    }

    /** No tags were asked for; the upstream still says whether there is such a repository. */
    private static PulledList noTags(PullTarget target, CacheStatus status) {
        return PulledList.of(TagList.write(target.name(), List.of()), JSON).withStatus(status);
    }

    private Mono<PulledList> withoutDenied(PullTarget target, PulledList list) {
        return admission.isLedByTags(target)
                ? Mono.just(list).publishOn(Schedulers.parallel()).map(all -> allowedOf(target, all))
                : Mono.just(list);
    }

    private static PulledList allowedOf(PullTarget target, PulledList all) {
        List<String> allowed = TagList.read(all.bytes(), tag -> isAllowed(target, tag));
        return all.withBody(TagList.write(target.name(), allowed));
    }

    private static boolean isAllowed(PullTarget target, String tag) {
        try {
            return target.upstream().policy().of(target.name(), Tag.parse(tag)) instanceof Decision.Allow;
        } catch (MalformedRequestException e) {
            return false;
        }
    }

    /**
     * What refers to a digest. Where the upstream has no referrers API the index that the tag of the digest's name points
     * to is the answer, and what is held and refers to it; else an empty one; never "not found" (OCI distribution-spec 1.1,
     * Listing Referrers).
     */
    public Mono<PulledList> referrers(PullTarget target, ReferrersRequest request) {
        return admission
                .of(target, Kind.REFERRERS, request.digest(), () -> admittedReferrers(target, request))
                .onErrorResume(
                        PullDeniedException.class,
                        denied -> Mono.just(ofNothing().withStatus(DENIED)));
    }

    private static PulledList ofNothing() {
        return PulledList.of(ReferrersIndex.write(List.of()), MediaTypes.OCI_INDEX);
    }

    private Mono<PulledList> admittedReferrers(PullTarget target, ReferrersRequest request) {
        return shared(
                target,
                UpstreamLists.question(target, request),
                () -> fetchReferrers(target, request),
                failure -> referrersInsteadOf(failure, target, request));
    }

    private Mono<PulledList> fetchReferrers(PullTarget target, ReferrersRequest request) {
        return upstream.referrers(target, request)
                .onErrorResume(ListPull::isWithoutReferrers, failure -> Mono.empty())
                .switchIfEmpty(Mono.defer(() -> referrersWithoutApi(target, request)))
                .flatMap(list -> letIn(target, list));
    }

    private Mono<PulledList> referrersWithoutApi(PullTarget target, ReferrersRequest request) {
        Digest subject = request.digest();
        Mono<Optional<PulledList>> byTag = manifests
                .getAdmitted(target, referrersTag(subject), INDEX)
                .onErrorResume(ListPull::isWithoutReferrers, failure -> Mono.empty())
                .as(ListPull::index);
        return byTag.zipWith(heldReferrers.find(
                        target, subject, digest -> access.onHand(target, digest).map(Grant::proof)))
                .map(found -> merged(found.getT1().orElseGet(ListPull::ofNothing), found.getT2(), request));
    }

    /** What is held, where anything is: that nothing is known does not mean that nothing refers to it. */
    private Mono<PulledList> referrersInsteadOf(PullException failure, PullTarget target, ReferrersRequest request) {
        if (request.page() != null) {
            return Mono.empty();
        }
        Digest subject = request.digest();
        Mono<Optional<PulledList>> byTag = stale.insteadOf(
                        failure, target, new TagKey(target.key(), referrersTag(subject), INDEX))
                .onErrorResume(PullException.class, none -> Mono.empty())
                .as(ListPull::index);
        return byTag.zipWith(heldReferrers.find(target, subject, digest -> access.duringAnOutage(target, digest)))
                .filter(found -> found.getT1().isPresent() || !found.getT2().isEmpty())
                .map(found -> merged(found.getT1().orElseGet(ListPull::ofNothing), found.getT2(), request));
    }

    private static Mono<Optional<PulledList>> index(Mono<PulledManifest> pulled) {
        return pulled.filter(manifest -> manifest.descriptor().mediaType().equals(MediaTypes.OCI_INDEX))
                .mapNotNull(PulledManifest::manifest)
                .map(manifest -> new PulledList(manifest.bytes(), MediaTypes.OCI_INDEX, null, null, CacheStatus.STORED))
                .map(Optional::of)
                .defaultIfEmpty(Optional.empty());
    }

    /** An index with what is held besides; it stays as it is where nothing is. */
    private static PulledList merged(PulledList index, List<ReferrersIndex.Entry> held, ReferrersRequest request) {
        if (held.isEmpty()) {
            return index;
        }
        Map<Digest, ReferrersIndex.Entry> all = new LinkedHashMap<>();
        ReferrersIndex.read(index.bytes()).forEach(entry -> all.put(entry.digest(), entry));
        int listed = all.size();
        held.forEach(entry -> all.putIfAbsent(entry.digest(), entry));
        if (all.size() == listed) {
            return index;
        }
        List<ReferrersIndex.Entry> wanted = new ArrayList<>(all.values());
        wanted.removeIf(entry -> !entry.is(request.artifactType()));
        return index.withBody(ReferrersIndex.write(wanted))
                .withFiltersApplied(request.artifactType() == null ? null : "artifactType");
    }

    /** What refers to something that may be pulled may be pulled as well: signatures would be of no use else. */
    private Mono<PulledList> letIn(PullTarget target, PulledList list) {
        if (!admission.isLedByTags(target)) {
            return Mono.just(list);
        }
        return Mono.just(list)
                .publishOn(Schedulers.parallel())
                .map(referrers -> ReferrersIndex.read(referrers.bytes()).stream()
                        .map(ReferrersIndex.Entry::digest)
                        .toList())
                .flatMap(digests -> admission.letIn(target, digests))
                .thenReturn(list);
    }

    /** The tag that lists the referrers of a digest where there is no API for it. */
    static Tag referrersTag(Digest digest) {
        String hex = digest.hex();
        return new Tag(digest.algorithm().label() + "-" + hex.substring(0, Math.min(64, hex.length())));
    }

    /** Finds what to serve while the upstream cannot be asked. */
    private interface Standby {

        Mono<PulledList> insteadOf(PullException failure);
    }

    private Mono<PulledList> shared(
            PullTarget target, RegistryRequest question, Supplier<Mono<PulledList>> fetch, Standby standby) {
        return Mono.defer(() -> {
            ListMemory.Key key =
                    new ListMemory.Key(target.key(), target.upstream().policy(), question.endpoint());
            return recent(target, key)
                    .map(list -> list.withStatus(CacheStatus.HIT))
                    .switchIfEmpty(Mono.defer(() -> asked(target, key, fetch)
                            .onErrorResume(PullException.class, failure -> insteadOf(failure, target, key, standby))));
        });
    }

    private Mono<PulledList> recent(PullTarget target, ListMemory.Key key) {
        return Mono.justOrEmpty(memory.find(key, target.upstream().listsFreshFor()));
    }

    private Mono<PulledList> asked(PullTarget target, ListMemory.Key key, Supplier<Mono<PulledList>> fetch) {
        return flights.join(key, () -> recent(target, key), () -> fetch.get().doOnNext(list -> memory.put(key, list)))
                .map(landing -> landing.value().withStatus(CacheStatus.stored(landing.collapsed())));
    }

    private Mono<PulledList> insteadOf(PullException failure, PullTarget target, ListMemory.Key key, Standby standby) {
        if (!target.upstream().tags().mayStandIn(failure)) {
            return refused(failure, target);
        }
        int status = failure instanceof UpstreamStatusException answer ? answer.status() : 0;
        return Mono.justOrEmpty(memory.find(key, target.upstream().freshness().staleFor()))
                .switchIfEmpty(Mono.defer(() -> standby.insteadOf(failure)))
                .map(list -> list.withStatus(CacheStatus.staleAfter(status)))
                .switchIfEmpty(Mono.error(failure));
    }

    private Mono<PulledList> refused(PullException failure, PullTarget target) {
        if (failure instanceof UpstreamStatusException answer && answer.isNo()) {
            memory.forget(target.key());
        }
        return Mono.error(failure);
    }

    private static boolean isWithoutReferrers(Throwable failure) {
        return failure instanceof UpstreamStatusException answer
                && answer.status() >= 400
                && answer.status() < 500
                && answer.status() != 408
                && answer.status() != 429;
    }
}
