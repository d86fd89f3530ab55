package io.sluice.gateway.pull;

import io.sluice.cache.replica.BlobLead;
import io.sluice.cache.replica.BlobLease;
import io.sluice.cache.replica.BlobReplicas;
import io.sluice.gateway.pull.Replicas.Patience;
import io.sluice.oci.Digest;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** What replicas know of one another's blobs, as a test says, for the one blob that it is about. */
final class ScriptedReplicas implements BlobReplicas {

    static final URI ITSELF = URI.create("http://127.0.0.1:1");

    /** Of everything so little that a test need not wait for it. */
    static final Patience SHORT = new Patience(Duration.ofMillis(20), Duration.ofMillis(300), 8, 1024 * 1024);

    private final Set<URI> holders = ConcurrentHashMap.newKeySet();
    private final List<URI> forgotten = new CopyOnWriteArrayList<>();
    private final AtomicInteger looks = new AtomicInteger();
    private final AtomicInteger leases = new AtomicInteger();
    private volatile BlobLead.@Nullable Theirs leader;
    private volatile boolean away;

    /** Another replica leads. */
    void leads(String url) {
        leader = new BlobLead.Theirs(url + looks, URI.create(url));
    }

    /** Nobody leads any more. */
    void leadsNoMore() {
        leader = null;
    }

    void holds(String url) {
        holders.add(URI.create(url));
    }

    /** From now on nobody can say anything. */
    void goAway() {
        away = true;
    }

    /** Who was said not to hold the blob after all. */
    List<URI> forgotten() {
        return List.copyOf(forgotten);
    }

    boolean isHeldBy(URI replica) {
        return holders.contains(replica);
    }

    /** How often it was looked who leads. */
    int looks() {
        return looks.get();
    }

    /** How many leases this replica has. */
    int leases() {
        return leases.get();
    }

    @Override
    public Mono<BlobLead> claim(Digest digest) {
        return Mono.fromSupplier(() -> {
            BlobLead.Theirs other = leader;
            return away ? new BlobLead.Unknown() : other == null ? new BlobLead.Ours(new CountedLease()) : other;
        });
    }

    private final class CountedLease implements BlobLease {

        CountedLease() {
            leases.incrementAndGet();
        }

        @Override
        public Mono<Void> renewing() {
            return Mono.never();
        }

        @Override
        public Mono<Void> release() {
            return Mono.fromRunnable(leases::decrementAndGet);
        }
    }

    @Override
    public Mono<BlobLead> leader(Digest digest) {
        return Mono.fromSupplier(() -> {
            looks.incrementAndGet();
            BlobLead.Theirs other = leader;
            return away ? new BlobLead.Unknown() : other == null ? new BlobLead.Free() : other;
        });
    }

    @Override
    public Mono<Void> pause(Digest digest) {
        return Mono.delay(Duration.ofMillis(5)).then();
    }

    @Override
    public Mono<Set<URI>> holders(Digest digest) {
        return Mono.fromSupplier(() -> away ? Set.of() : Set.copyOf(holders));
    }

    @Override
    public Mono<Void> hold(Digest digest) {
        return Mono.fromRunnable(() -> holders.add(ITSELF));
    }

    @Override
    public Mono<Void> stillHold(Digest digest) {
        return hold(digest);
    }

    @Override
    public Mono<Void> forget(Digest digest, URI replica) {
        return Mono.fromRunnable(() -> {
            holders.remove(replica);
            forgotten.add(replica);
        });
    }
}
