package io.sluice.gateway.pull;

import io.netty.buffer.ByteBuf;
import io.sluice.cache.replica.BlobReplicas;
import io.sluice.gateway.cluster.BlobQuery;
import io.sluice.gateway.cluster.BlobQuery.Extent;
import io.sluice.gateway.cluster.ReplicaClient.Sent;
import io.sluice.gateway.cluster.ReplicaException;
import io.sluice.gateway.cluster.ReplicaException.Reason;
import io.sluice.gateway.cluster.Watched;
import io.sluice.gateway.error.PullException;
import io.sluice.gateway.metrics.GatewayMetrics;
import io.sluice.gateway.pull.BlobSupply.Receiver;
import io.sluice.gateway.pull.BlobUpstream.Opened;
import io.sluice.oci.Digest;
import java.net.URI;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The bytes of one fetch as far as other replicas send them, and what is remembered of those: who did not, and whose bytes
 * there are. What a replica sends is no proof: the repository's own upstream says yes first (T11).
 */
final class ReplicaSource {

    private static final Logger LOG = LoggerFactory.getLogger(ReplicaSource.class);

    private final Replicas replicas;
    private final BlobReplicas known;
    private final UpstreamSupply upstream;
    private final RepositoryAccess access;
    private final GatewayMetrics metrics;
    private final PullTarget target;
    private final Digest digest;

    /** Who does not send it, for the rest of this fetch. */
    private final Set<URI> leftOut = ConcurrentHashMap.newKeySet();

    /** Who takes this replica for a stranger. */
    private final Set<URI> refusing = ConcurrentHashMap.newKeySet();

    /** Whose bytes are in it. */
    private final Set<URI> senders = ConcurrentHashMap.newKeySet();

    private volatile boolean permitted;

    ReplicaSource(Replicas replicas, UpstreamSupply upstream, RepositoryAccess access, GatewayMetrics metrics) {
        this.replicas = replicas;
        this.known = replicas.known();
        this.upstream = upstream;
        this.access = access;
        this.metrics = metrics;
        this.target = upstream.target();
        this.digest = upstream.digest();
    }

    boolean isLeftOut(URI replica) {
        return leftOut.contains(replica);
    }

    boolean hasRefused(URI replica) {
        return refusing.contains(replica);
    }

    /** Whether some of the bytes are a replica's. */
    boolean hasSent() {
        return !senders.isEmpty();
    }

    /** The upstream has said yes. */
    void permitted() {
        permitted = true;
    }

    /**
     * Fetches what is missing.
     *
     * @param from the first byte that is wanted
     * @param size how long the blob is known to be, bytes, or -1
     * @param token the lead that is followed, or null where the replica holds the blob
     * @return fails with {@link ReplicaException} when it has to come from elsewhere
     */
    Mono<Void> fetch(long from, long size, Receiver receiver, URI replica, @Nullable String token) {
        AtomicLong received = new AtomicLong();
        Sinks.Empty<Void> answered = Sinks.empty();
        Mono<Void> stalled = Mono.defer(
                () -> new ReplicaStall(known, replicas.patience(), digest, replica, token, received::get).watch());
        BlobQuery query = new BlobQuery(token == null ? Extent.HELD : Extent.LED, digest, from);
        Mono<Void> exchange = replicas.client().ask(replica, query, sent -> {
            answered.tryEmitEmpty();
            return requireLength(replica, sent, size)
                    .flatMap(length -> receive(replica, length, body(replica, sent, received, stalled), receiver));
        });
        return Watched.by(stalled.takeUntilOther(answered.asMono()).then(Mono.never()), exchange)
                .onErrorResume(ReplicaException.class, failure -> note(failure, received.get(), token));
    }

    private Mono<Long> requireLength(URI replica, Sent sent, long size) {
        long length = sent.size() < 0 ? size : sent.size();
        if (size >= 0 && length != size || length > BlobFeed.MAX_SIZE) {
            metrics.rejectedFromReplica(target.upstream().route());
            return Mono.error(new ReplicaException(replica, Reason.WRONG_LENGTH, null));
        }
        return Mono.just(length);
    }

    private Flux<ByteBuf> body(URI replica, Sent sent, AtomicLong received, Mono<Void> stalled) {
        return Watched.by(stalled, sent.body()).doOnNext(chunk -> {
            senders.add(replica);
            received.addAndGet(chunk.readableBytes());
            metrics.fetchedFromReplica(target.upstream().route(), chunk.readableBytes());
        });
    }

    private Mono<Void> receive(URI replica, long size, Flux<ByteBuf> body, Receiver receiver) {
        return permission()
                .then(Mono.defer(() -> receiver.receive(new Opened(size, 0, body), Mono.empty())
                        .onErrorMap(
                                PullException.class,
                                failure -> new ReplicaException(replica, Reason.BROKEN, failure))));
    }

    /** The upstream's yes for this very repository; the leader's own is there by now where it is the same (T11). */
    private Mono<Void> permission() {
        return permitted
                ? Mono.empty()
                : access.require(target, digest, () -> upstream.upstream().ask(target, digest))
                        .doOnNext(grant -> permitted())
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
        if (reason == Reason.REFUSED) {
            refusing.add(failure.replica());
        }
        Mono<Void> forgotten =
                reason == Reason.ABSENT && token == null ? known.forget(digest, failure.replica()) : Mono.empty();
        return forgotten.then(Mono.error(failure));
    }

    /** It is not asked for this blob again for a while; the upstream may be right (T01). */
    void sentWrong(Throwable wrong) {
        LOG.warn("a blob from {} is rejected: {}", senders, wrong.getMessage());
        metrics.rejectedFromReplica(target.upstream().route());
        senders.forEach(sender -> {
            replicas.distrust(digest, sender);
            known.forget(digest, sender).subscribe();
        });
    }
}
