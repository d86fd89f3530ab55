package io.sluice.gateway.pull;

import io.sluice.cache.blob.BlobReader;
import io.sluice.cache.blob.BlobStore;
import io.sluice.cache.blob.BlobStoreException;
import io.sluice.cache.blob.BlobWriter;
import io.sluice.cache.flight.Flights;
import io.sluice.cache.manifest.Proof;
import io.sluice.gateway.error.InvalidContentException;
import io.sluice.gateway.error.UpstreamProtocolException;
import io.sluice.gateway.metrics.GatewayMetrics;
import io.sluice.gateway.pull.SharedFetches.Shared;
import io.sluice.oci.Digest;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The blob behind a digest, for one repository: held, or arriving with a fetch that is in the air, or fetched
 * ({@link SharedFetches}, {@link BlobFetch}).
 */
final class BlobContent implements SharedFetches.Content<BlobSource> {

    private final BlobStore store;
    private final RepositoryAccess access;
    private final BlobUpstream upstream;
    private final BlobSupplies supplies;
    private final BlobSettings settings;
    private final GatewayMetrics metrics;
    private final UncachedBlobs uncached;
    private final SharedFetches<BlobSource> fetches;
    private final Map<Digest, BlobFetch> inTheAir = new ConcurrentHashMap<>();

    BlobContent(
            BlobStore store,
            RepositoryAccess access,
            BlobUpstream upstream,
            Flights<Wish, Shared<BlobSource>> arrivals,
            Flights<Digest, BlobSource> departures,
            BlobSupplies supplies,
            BlobSettings settings,
            GatewayMetrics metrics) {
        this.store = store;
        this.access = access;
        this.upstream = upstream;
        this.supplies = supplies;
        this.settings = settings;
        this.metrics = metrics;
        this.uncached = new UncachedBlobs(settings.uncachedFor());
        this.fetches = new SharedFetches<>(access, this, arrivals, departures);
        metrics.flights("blob", inTheAir::size);
    }

    /** How long a blob is that is held or arriving and proven for the repository, without an upstream call; or empty. */
    Mono<BlobHead> head(PullTarget target, Digest digest) {
        return access.onHand(target, digest)
                .flatMap(grant -> store.size(digest).map(size -> new BlobHead(size, grant.ofHeldBytes())));
    }

    /** The bytes of a blob, if they and the right to them are in memory, or null. */
    @Nullable
    BlobInMemory inMemory(PullTarget target, Digest digest) {
        ByteBuffer bytes = store.inMemory(digest);
        Grant grant = bytes == null ? null : access.inMemory(target, digest);
        if (bytes == null || grant == null) {
            return null;
        }
        supplies.held(digest);
        return new BlobInMemory(digest, bytes, grant.ofHeldBytes());
    }

    /**
     * The blob; one that is held or arriving, and proven for the repository, costs no upstream call.
     *
     * @return the blob, for the caller to close; empty when it cannot be kept, or was there and is not any more
     */
    Mono<OpenedBlob> open(PullTarget target, Digest digest) {
        return ofStore(heldOrArriving(target, digest).switchIfEmpty(Mono.defer(() -> fetched(target, digest))));
    }

    /** The blob that is held or arriving, and proven for the repository, for the caller to close; or empty. */
    Mono<OpenedBlob> onHand(PullTarget target, Digest digest) {
        return ofStore(heldOrArriving(target, digest));
    }

    private static Mono<OpenedBlob> ofStore(Mono<OpenedBlob> opened) {
        return opened.onErrorComplete(BlobStoreException.class)
                .doOnDiscard(BlobReader.class, BlobReader::close)
                .doOnDiscard(OpenedBlob.class, OpenedBlob::close);
    }

    private Mono<OpenedBlob> heldOrArriving(PullTarget target, Digest digest) {
        return fetches.joinArriving(target, digest)
                .flatMap(shared -> landed(target, digest, shared))
                .switchIfEmpty(Mono.defer(() -> found(target, digest)));
    }

    /** What is not here needs no proof: the upstream's answer is one. */
    private Mono<OpenedBlob> found(PullTarget target, Digest digest) {
        return store.size(digest)
                .flatMap(size -> access.onHand(target, digest))
                .flatMap(grant -> opened(target, digest, grant.ofHeldBytes(), () -> store.open(digest)))
                .doOnNext(opened -> {
                    if (opened.reader().isWhole()) {
                        supplies.held(digest);
                    }
                });
    }

    private Mono<OpenedBlob> fetched(PullTarget target, Digest digest) {
        return mayFit(digest)
                ? fetches.join(target, digest).flatMap(shared -> landed(target, digest, shared))
                : Mono.empty();
    }

    private Mono<OpenedBlob> landed(PullTarget target, Digest digest, Shared<BlobSource> shared) {
        return opened(
                target,
                digest,
                shared.status(),
                () -> shared.content().open().switchIfEmpty(Mono.defer(() -> store.open(digest))));
    }

    /** The fetch that a blob is arriving with is looked for first: afterwards it may be over, and is then as another's. */
    private Mono<OpenedBlob> opened(PullTarget target, Digest digest, CacheStatus status, BlobSource source) {
        BlobFetch fetch = inTheAir.get(digest);
        return source.open().map(reader -> {
            if (reader.isWhole() || status.equals(CacheStatus.STORED)) {
                return new OpenedBlob(reader, status, false);
            }
            return fetch == null
                    ? new OpenedBlob(reader, status, true)
                    : new OpenedBlob(reader, CacheStatus.STORED_COLLAPSED, !fetch.isBy(target));
        });
    }

    /** Whether it makes sense to try to keep it. */
    boolean mayFit(Digest digest) {
        return !uncached.contains(digest);
    }

    @Override
    public Mono<BlobSource> held(Digest digest) {
        return store.open(digest).map(reader -> {
            reader.close();
            return () -> store.open(digest);
        });
    }

    @Override
    public Mono<Proof> ask(PullTarget target, Digest digest) {
        return upstream.ask(target, digest);
    }

    /** The digest says what the bytes are, whoever has them. */
    @Override
    public boolean isWhatItHas(Proof proof, BlobSource bytes) {
        return true;
    }

    @Override
    public Mono<BlobSource> fetch(PullTarget target, Digest digest) {
        if (!mayFit(digest)) {
            return Mono.error(new BlobStoreException(digest + " did not fit a moment ago"));
        }
        Mono<Long> named = access.namedSize(target, digest).cache();
        named.subscribe(); // looked up while the upstream is asked
        return store.write(digest)
                .flatMap(writer -> fetch(target, writer, named))
                .doOnError(BlobStoreException.class, noRoom -> uncached.add(digest));
    }

    /** What an earlier fetch has left behind need not be the beginning of what this upstream has. */
    private Mono<BlobSource> fetch(PullTarget target, BlobWriter writer, Mono<Long> named) {
        Mono<BlobSource> landing = depart(target, writer, named);
        return writer.written() == 0
                ? landing
                : landing.onErrorResume(
                        BlobContent::isAboutTheBeginning,
                        failure -> store.write(writer.digest()).flatMap(another -> depart(target, another, named)));
    }

    private static boolean isAboutTheBeginning(Throwable failure) {
        return failure instanceof UpstreamProtocolException || failure instanceof InvalidContentException;
    }

    private Mono<BlobSource> depart(PullTarget target, BlobWriter writer, Mono<Long> named) {
        BlobSupply supply = supplies.of(target, writer.digest(), named);
        BlobFetch fetch = new BlobFetch(target, writer, supply, upstream, settings, uncached, metrics);
        inTheAir.put(writer.digest(), fetch);
        fetch.over().subscribe(nothing -> {}, failure -> {}, () -> inTheAir.remove(writer.digest(), fetch));
        return fetch.depart();
    }
}
