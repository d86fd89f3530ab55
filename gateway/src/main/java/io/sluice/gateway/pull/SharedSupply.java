package io.sluice.gateway.pull;

import io.netty.buffer.ByteBuf;
import io.sluice.cache.blob.BlobReader;
import io.sluice.cache.replica.BlobLead;
import io.sluice.cache.replica.BlobLease;
import io.sluice.cache.replica.BlobReplicas;
import io.sluice.gateway.cluster.BlobQuery;
import io.sluice.gateway.cluster.BlobQuery.Extent;
import io.sluice.gateway.cluster.Lead;
import io.sluice.gateway.cluster.ReplicaClient.Sent;
import io.sluice.gateway.cluster.ReplicaException;
import io.sluice.gateway.cluster.ReplicaException.Reason;
import io.sluice.gateway.error.PullException;
import io.sluice.gateway.metrics.GatewayMetrics;
import io.sluice.gateway.pull.BlobUpstream.Opened;
import io.sluice.oci.Digest;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The bytes come once for all replicas. Who has the lease of the blob leads: it takes them from a replica that holds the
 * blob, else from the upstream. The others follow the leader while it fetches. When a replica fails, the next attempt
 * decides anew, from the byte on that is missing; and where nobody can say who leads, each replica asks the upstream.
 *
 * <p>Only a leader offers what is arriving, and it never follows, so no two wait for one another. What a replica sends is
 * no proof: the repository's own upstream says yes first (T11).
 */
final class SharedSupply implements BlobSupply {

    private static final Logger LOG = LoggerFactory.getLogger(SharedSupply.class);

    private final Replicas replicas;
    private final BlobReplicas known;
    private final UpstreamSupply upstream;
    private final RepositoryAccess access;
    private final GatewayMetrics metrics;
    private final PullTarget target;
    private final Digest digest;

    /** Who does not send it, for the rest of this fetch. */
    private final Set<URI> leftOut = ConcurrentHashMap.newKeySet();

    /** Whose bytes are in it. */
    private final Set<URI> senders = ConcurrentHashMap.newKeySet();

    private volatile @Nullable Lead lead;
    private volatile @Nullable Supplier<Mono<BlobReader>> reader;
    private volatile boolean ended;
    private @Nullable Role role;
    private boolean permitted;
    private boolean alone;
    private int attempts;
    private long countedFrom = -1;

    /** What this replica is to the others. */
    private enum Role {
        LED,
        FOLLOWED,
        TOOK_OVER,
        ALONE;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    SharedSupply(Replicas replicas, UpstreamSupply upstream, RepositoryAccess access, GatewayMetrics metrics) {
        this.replicas = replicas;
        this.known = replicas.known();
        this.upstream = upstream;
        this.access = access;
        this.metrics = metrics;
        this.target = upstream.target();
        this.digest = upstream.digest();
    }

    // --- who fetches

    /**
     * An attempt.
     *
     * @param from the first byte that is wanted
     * @param size how long the blob is known to be, bytes, or -1
     * @param receiver what takes the bytes
     * @param deadline when it is not waited any longer for who leads
     */
    private record Attempt(long from, long size, Receiver receiver, long deadline) {}

    @Override
    public Mono<Void> attempt(long from, long size, Receiver receiver) {
        long deadline = System.nanoTime() + replicas.patience().limit().toNanos();
        Attempt attempt = new Attempt(from, size, receiver, deadline);
        if (countedFrom < 0 || from - countedFrom >= replicas.patience().progress()) {
            countedFrom = from;
            attempts = 0;
        }
        alone |= attempts++ > replicas.patience().failovers();
        if (alone) {
            return fetchAlone(attempt);
        }
        Lead mine = lead;
        return mine != null && mine.isOn() ? fetchForAll(attempt) : decide(attempt);
    }

    private Mono<Void> decide(Attempt attempt) {
        Lead next = replicas.leads().begin(digest);
        lead = next;
        return known.claim(digest).map(who -> go(attempt, next, who)).flatMap(source -> source);
    }

    private Mono<Void> go(Attempt attempt, Lead next, BlobLead who) {
        if (who instanceof BlobLead.Ours ours) {
            return lead(attempt, next, ours.lease());
        }
        next.end();
        return switch (who) {
            case BlobLead.Theirs theirs -> follow(attempt, theirs);
            case BlobLead.Free ignored -> decideLater(attempt);
            default -> fetchAlone(attempt);
        };
    }

    private Mono<Void> lead(Attempt attempt, Lead next, BlobLease lease) {
        next.won(lease);
        if (ended) {
            next.end();
        }
        Supplier<Mono<BlobReader>> offered = reader;
        if (offered != null) {
            next.offer(offered);
        }
        is(role == null ? Role.LED : Role.TOOK_OVER);
        return fetchForAll(attempt);
    }

    private Mono<Void> follow(Attempt attempt, BlobLead.Theirs theirs) {
        URI leader = theirs.replica();
        if (leader.equals(replicas.itself()) || !replicas.isTrusted(digest, leader)) {
            return fetchAlone(attempt);
        }
        if (leftOut.contains(leader)) {
            return decideLater(attempt);
        }
        is(Role.FOLLOWED);
        return fromReplica(attempt, leader, theirs.token());
    }

    /** Waits until another may lead; who leads and does not answer is not waited for longer than a lease lives (G14). */
    private Mono<Void> decideLater(Attempt attempt) {
        return System.nanoTime() - attempt.deadline() > 0
                ? fetchAlone(attempt)
                : known.pause(digest).then(Mono.defer(() -> decide(attempt)));
    }

    private Mono<Void> fetchAlone(Attempt attempt) {
        is(Role.ALONE);
        return fromUpstream(attempt);
    }

    private Mono<Void> fetchForAll(Attempt attempt) {
        return known.holders(digest)
                .map(this::oneOf)
                .flatMap(holder ->
                        holder.map(url -> fromReplica(attempt, url, null)).orElseGet(() -> fromUpstream(attempt)));
    }

    private Optional<URI> oneOf(Set<URI> holders) {
        return holders.stream()
                .filter(holder -> !holder.equals(replicas.itself())
                        && !leftOut.contains(holder)
                        && replicas.isTrusted(digest, holder))
                .findAny();
    }

    private void is(Role now) {
        if (role != now) {
            role = now;
            metrics.clusterFetch(target.upstream().route(), now.label());
        }
    }

    // --- where from

    private Mono<Void> fromUpstream(Attempt attempt) {
        return upstream.attempt(attempt.from(), attempt.size(), attempt.receiver());
    }

    /** @param token the lead that is followed, or null where the replica holds the blob */
    private Mono<Void> fromReplica(Attempt attempt, URI replica, @Nullable String token) {
        AtomicLong received = new AtomicLong();
        Sinks.Empty<Void> answered = Sinks.empty();
        Mono<Void> stalled = Mono.defer(
                () -> new ReplicaStall(known, replicas.patience(), digest, replica, token, received::get).watch());
        BlobQuery query = new BlobQuery(token == null ? Extent.HELD : Extent.LED, digest, attempt.from());
        return replicas.client()
                .ask(replica, query, sent -> {
                    answered.tryEmitEmpty();
                    return receive(attempt, replica, sent, received, stalled);
                })
                .takeUntilOther(stalled.takeUntilOther(answered.asMono()).then(Mono.never()))
                .onErrorResume(ReplicaException.class, failure -> note(failure, received.get(), token));
    }

    private Mono<Void> receive(Attempt attempt, URI replica, Sent sent, AtomicLong received, Mono<Void> stalled) {
        long known = attempt.size();
        long size = sent.size() < 0 ? known : sent.size();
        if (known >= 0 && size != known || size > BlobFeed.MAX_SIZE) {
            metrics.rejectedFromReplica(target.upstream().route());
            return Mono.error(new ReplicaException(replica, Reason.WRONG_LENGTH, null));
        }
        Flux<ByteBuf> body = sent.body().takeUntilOther(stalled).doOnNext(chunk -> {
            senders.add(replica);
            received.addAndGet(chunk.readableBytes());
            metrics.fetchedFromReplica(target.upstream().route(), chunk.readableBytes());
        });
        return permission()
                .then(Mono.defer(() -> attempt.receiver()
                        .receive(new Opened(size, 0, body), Mono.empty())
                        .onErrorMap(
                                PullException.class,
                                failure -> new ReplicaException(replica, Reason.BROKEN, failure))));
    }

    /** The upstream's yes for this very repository; the leader's own is there by now where it is the same (T11). */
    private Mono<Void> permission() {
        return permitted
                ? Mono.empty()
                : access.require(target, digest, () -> upstream.upstream().ask(target, digest))
                        .doOnNext(grant -> permitted = true)
                        .then();
    }

    /** A replica that brought something, or was followed and leads no more, may be asked again. */
    private Mono<Void> note(ReplicaException failure, long received, @Nullable String token) {
        Reason reason = failure.reason();
        metrics.replicaFailure(reason.name().toLowerCase(Locale.ROOT));
        LOG.debug("{}: {}", digest, failure.getMessage());
        boolean mayBeAsked = reason == Reason.DEPOSED || reason == Reason.BROKEN && received > 0;
        if (!mayBeAsked) {
            leftOut.add(failure.replica());
        }
        alone |= reason == Reason.REFUSED && token != null;
        Mono<Void> forgotten =
                reason == Reason.ABSENT && token == null ? known.forget(digest, failure.replica()) : Mono.empty();
        return forgotten.then(Mono.error(failure));
    }

    // --- what becomes of it

    @Override
    public void landed(Supplier<Mono<BlobReader>> readers) {
        reader = readers;
        permitted = true;
        Lead mine = lead;
        if (mine != null && mine.isOn()) {
            mine.offer(readers);
        }
    }

    @Override
    public Mono<Void> kept() {
        return known.hold(digest);
    }

    /** Where a replica's bytes are among those that are wrong, the upstream may be right (T01). */
    @Override
    public void sentWrong(Throwable wrong, boolean areBytes) {
        if (senders.isEmpty()) {
            upstream.sentWrong(wrong, areBytes);
            return;
        }
        LOG.warn("a blob from {} is rejected: {}", senders, wrong.getMessage());
        metrics.rejectedFromReplica(target.upstream().route());
        senders.forEach(sender -> {
            replicas.distrust(digest, sender);
            known.forget(digest, sender).subscribe();
        });
    }

    @Override
    public void end() {
        ended = true;
        Lead mine = lead;
        if (mine != null) {
            mine.end();
        }
    }
}
