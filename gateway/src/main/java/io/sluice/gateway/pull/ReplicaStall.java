package io.sluice.gateway.pull;

import io.sluice.cache.replica.BlobLead;
import io.sluice.cache.replica.BlobReplicas;
import io.sluice.gateway.cluster.ReplicaException;
import io.sluice.gateway.cluster.ReplicaException.Reason;
import io.sluice.gateway.pull.Replicas.Patience;
import io.sluice.oci.Digest;
import java.net.URI;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Watches whether another replica still sends (G03, G14). One that leads is waited for as long as its lease lives, because
 * a slow upstream stalls it too; when the lease is gone or another's, its bytes come from elsewhere at once. One that holds
 * the blob, or of which nobody can say, is waited for for as long as a lease would live.
 */
final class ReplicaStall {

    private final BlobReplicas known;
    private final Patience patience;
    private final Digest digest;
    private final URI replica;
    private final @Nullable String token;
    private final LongSupplier received;
    private long lastReceived;
    private long since = System.nanoTime();

    /**
     * @param token which lead it is, or null where it holds the blob
     * @param received how many bytes have come
     */
    ReplicaStall(
            BlobReplicas known,
            Patience patience,
            Digest digest,
            URI replica,
            @Nullable String token,
            LongSupplier received) {
        this.known = known;
        this.patience = patience;
        this.digest = digest;
        this.replica = replica;
        this.token = token;
        this.received = received;
    }

    /** Never ends, unless with a {@link ReplicaException} when it is not worth waiting any longer. */
    Mono<Void> watch() {
        return Flux.interval(patience.look())
                .onBackpressureDrop()
                .concatMap(tick -> look(), 1)
                .then(Mono.never());
    }

    private Mono<Void> look() {
        long now = received.getAsLong();
        if (now != lastReceived) {
            lastReceived = now;
            since = System.nanoTime();
            return Mono.empty();
        }
        return token == null ? giveUpInTime() : known.leader(digest).flatMap(this::judge);
    }

    private Mono<Void> judge(BlobLead lead) {
        return switch (lead) {
            case BlobLead.Theirs theirs -> theirs.token().equals(token) ? aliveNow() : unlessItHoldsIt();
            case BlobLead.Ours ignored -> unlessItHoldsIt();
            case BlobLead.Free ignored -> unlessItHoldsIt();
            case BlobLead.Unknown ignored -> giveUpInTime();
        };
    }

    private Mono<Void> aliveNow() {
        since = System.nanoTime();
        return Mono.empty();
    }

    /** It may have finished, and send the rest. */
    private Mono<Void> unlessItHoldsIt() {
        return known.holders(digest)
                .flatMap(holders -> holders.contains(replica) ? giveUpInTime() : giveUp(Reason.DEPOSED));
    }

    private Mono<Void> giveUpInTime() {
        Duration waited = Duration.ofNanos(System.nanoTime() - since);
        return waited.compareTo(patience.limit()) < 0 ? Mono.empty() : giveUp(Reason.STALLED);
    }

    private Mono<Void> giveUp(Reason reason) {
        return Mono.error(new ReplicaException(replica, reason, null));
    }
}
