package io.sluice.gateway.pull;

import io.sluice.cache.flight.Flights;
import io.sluice.cache.flight.Landing;
import io.sluice.cache.manifest.Proof;
import io.sluice.gateway.error.PullException;
import io.sluice.oci.Digest;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/**
 * Fetches of content of one kind, shared by all who want it.
 *
 * <p>Two kinds of flights, because answers belong to a repository and bytes only to a digest: callers of one repository
 * share one arrival with its outcome, be it an error; arrivals of several repositories share the bytes, each after its
 * own upstream said yes, and none another's failure. Who may see what is asked before anything depends on whether bytes
 * are held (T11, T30).
 *
 * @param <V> what a fetch brings
 */
final class SharedFetches<V> {

    /** How often a caller joins the fetch of another repository that fails, before it fetches for itself alone. */
    private static final int MAX_ROUNDS = 3;

    private final RepositoryAccess access;
    private final Content<V> content;
    private final Flights<Wish, Shared<V>> arrivals;
    private final Flights<Digest, V> bytes;

    SharedFetches(
            RepositoryAccess access, Content<V> content, Flights<Wish, Shared<V>> arrivals, Flights<Digest, V> bytes) {
        this.access = access;
        this.content = content;
        this.arrivals = arrivals;
        this.bytes = bytes;
    }

    /**
     * Where content of one kind is kept and comes from.
     *
     * @param <V> the content
     */
    interface Content<V> {

        /** What is held under a digest, whoever may see it; or empty. */
        Mono<V> held(Digest digest);

        /** The upstream's yes for some content, or an error. */
        Mono<Proof> ask(PullTarget target, Digest digest);

        /** Fetches it, keeps it, and keeps that the repository has it. */
        Mono<V> fetch(PullTarget target, Digest digest);

        /** Whether the bytes are what a repository has under their digest, by its own proof. */
        boolean isWhatItHas(Proof proof, V bytes);
    }

    /**
     * What a fetch brought to one of its callers.
     *
     * @param content the content
     * @param status how the cache came by it
     */
    record Shared<V>(V content, CacheStatus status) {

        private Shared<V> forThisCaller(boolean collapsed) {
            boolean joined = collapsed && status.equals(CacheStatus.STORED);
            return joined ? new Shared<>(content, CacheStatus.STORED_COLLAPSED) : this;
        }
    }

    /**
     * The content that is arriving for the repository now, or empty. Its arrival answers who joins it, so there is nothing
     * to look up before: of a crowd that wants the same, only the first one asks the disk.
     */
    Mono<Shared<V>> joinArriving(PullTarget target, Digest digest) {
        return Mono.defer(
                () -> arrivals.isInTheAir(new Wish(target, digest)) ? join(target, digest) : Mono.<Shared<V>>empty());
    }

    /** The content, for a caller that has not found it, or may not see it without asking. */
    Mono<Shared<V>> join(PullTarget target, Digest digest) {
        return arrivals.join(new Wish(target, digest), () -> arrive(target, digest))
                .map(landing -> landing.value().forThisCaller(landing.collapsed()));
    }

    private Mono<Shared<V>> arrive(PullTarget target, Digest digest) {
        return content.held(digest)
                .flatMap(held -> require(target, digest))
                .flatMap(grant -> heldFor(grant, digest))
                .switchIfEmpty(Mono.defer(() -> fetch(target, digest)));
    }

    private Mono<Shared<V>> heldFor(Grant grant, Digest digest) {
        return content.held(digest)
                .filter(held -> content.isWhatItHas(grant.proof(), held))
                .map(held -> new Shared<>(held, grant.ofHeldBytes()));
    }

    private Mono<Shared<V>> fetch(PullTarget target, Digest digest) {
        return bytes.isInTheAir(digest)
                ? require(target, digest).then(Mono.defer(() -> board(target, digest, MAX_ROUNDS)))
                : board(target, digest, MAX_ROUNDS);
    }

    /**
     * Joins the bytes, or fetches them, unless they have come since it was looked for them. Who did not fetch them shows
     * the own upstream's yes first.
     */
    private Mono<Shared<V>> board(PullTarget target, Digest digest, int rounds) {
        AtomicBoolean own = new AtomicBoolean();
        Supplier<Mono<V>> fetch = () -> {
            own.set(true);
            return content.fetch(target, digest);
        };
        return bytes.join(digest, () -> content.held(digest), fetch)
                .map(Landing::value)
                .map(fetched -> own.get() ? Mono.just(stored(fetched)) : joined(target, digest, fetched))
                .onErrorResume(
                        PullException.class,
                        failure -> own.get() ? Mono.error(failure) : Mono.just(afterAnothers(target, digest, rounds)))
                .flatMap(shared -> shared);
    }

    /** Another repository's fetch failed, which says nothing of this one: the next of those who waited fetches. */
    private Mono<Shared<V>> afterAnothers(PullTarget target, Digest digest, int rounds) {
        return Mono.defer(() -> rounds > 0 ? board(target, digest, rounds - 1) : fetchAlone(target, digest));
    }

    private Mono<Shared<V>> joined(PullTarget target, Digest digest, V fetched) {
        return require(target, digest)
                .flatMap(grant -> content.isWhatItHas(grant.proof(), fetched)
                        ? Mono.just(new Shared<>(fetched, CacheStatus.STORED_COLLAPSED))
                        : fetchAlone(target, digest));
    }

    private Mono<Shared<V>> fetchAlone(PullTarget target, Digest digest) {
        return content.fetch(target, digest).map(SharedFetches::stored);
    }

    private static <V> Shared<V> stored(V fetched) {
        return new Shared<>(fetched, CacheStatus.STORED);
    }

    private Mono<Grant> require(PullTarget target, Digest digest) {
        return access.require(target, digest, () -> content.ask(target, digest));
    }
}
