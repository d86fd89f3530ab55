package io.sluice.gateway.pull;

import io.sluice.cache.blob.BlobReader;
import io.sluice.cache.replica.BlobLead;
import io.sluice.cache.replica.BlobLease;
import io.sluice.cache.replica.BlobReplicas;
import io.sluice.gateway.cluster.Lead;
import io.sluice.gateway.metrics.GatewayMetrics;
import io.sluice.oci.Digest;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The bytes come once for all replicas. Who has the lease of the blob leads: it takes them from a replica that holds the
 * blob, else from the upstream. The others follow the leader while it fetches. When a replica fails, the next attempt
 * decides anew, from the byte on that is missing; and where nobody can say who leads, each replica asks the upstream.
 *
 * <p>Only a leader offers what is arriving, and it never follows, so no two wait for one another. What a replica sends is
 * no proof: the repository's own upstream says yes first (T11).
 */
final class SharedSupply implements BlobSupply {

    private final Replicas replicas;
    private final BlobReplicas known;
    private final UpstreamSupply upstream;
    private final ReplicaSource source;
    private final GatewayMetrics metrics;
    private final PullTarget target;
    private final Digest digest;

    private volatile @Nullable Lead lead;
    private volatile @Nullable Supplier<Mono<BlobReader>> reader;
    private volatile boolean ended;
    private @Nullable Role role;
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
        this.source = new ReplicaSource(replicas, upstream, access, metrics);
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
        return size < 0
                ? upstream.named().flatMap(named -> attemptOfLength(named, from, receiver))
                : attemptOfLength(size, from, receiver);
    }

    private Mono<Void> attemptOfLength(long size, long from, Receiver receiver) {
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
        return known.claim(digest).map(who -> go(attempt, next, who)).flatMap(way -> way);
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
        if (leader.equals(replicas.itself()) || source.hasRefused(leader) || !replicas.isTrusted(digest, leader)) {
            return fetchAlone(attempt);
        }
        if (source.isLeftOut(leader)) {
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
                        && !source.isLeftOut(holder)
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

    private Mono<Void> fromReplica(Attempt attempt, URI replica, @Nullable String token) {
        return source.fetch(attempt.from(), attempt.size(), attempt.receiver(), replica, token);
    }

    // --- what becomes of it

    @Override
    public void landed(Supplier<Mono<BlobReader>> readers) {
        reader = readers;
        source.permitted();
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
        if (source.hasSent()) {
            source.sentWrong(wrong);
        } else {
            upstream.sentWrong(wrong, areBytes);
        }
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
