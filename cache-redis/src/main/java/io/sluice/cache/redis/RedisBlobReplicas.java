package io.sluice.cache.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.sluice.cache.redis.Leases.Lease;
import io.sluice.cache.replica.BlobLead;
import io.sluice.cache.replica.BlobLease;
import io.sluice.cache.replica.BlobReplicas;
import io.sluice.oci.Digest;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;

/**
 * Who fetches a blob, as a lease whose value is its token and the URL of its owner; and who holds one, as a hash whose
 * fields are the URLs.
 */
final class RedisBlobReplicas implements BlobReplicas {

    /** How many replicas are remembered to hold one blob; one more makes another leave. */
    static final int MAX_HOLDERS = 16;

    /** The longest value of a lease that is read, bytes. */
    static final int MAX_LEASE = 512;

    private static final byte[] HELD = {'1'};
    private static final BlobLead FREE = new BlobLead.Free();
    private static final BlobLead UNKNOWN = new BlobLead.Unknown();

    private final CommandGate gate;
    private final Leases leases;
    private final HashRecords records;
    private final RedisKeys keys;
    private final RedisFaults faults;
    private final NearCache<Digest, Boolean> said;
    private final URI itself;

    /**
     * @param said what this replica has said that it holds, while Redis is known to have it
     * @param itself where the others reach this replica
     */
    RedisBlobReplicas(
            CommandGate gate,
            Leases leases,
            HashRecords records,
            RedisKeys keys,
            RedisFaults faults,
            NearCache<Digest, Boolean> said,
            URI itself) {
        this.gate = gate;
        this.leases = leases;
        this.records = records;
        this.keys = keys;
        this.faults = faults;
        this.said = said;
        this.itself = ReplicaUrl.parse(itself.toString())
                .orElseThrow(() -> new IllegalArgumentException("'" + itself + "' is not the URL of a replica"));
    }

    @Override
    public Mono<BlobLead> claim(Digest digest) {
        return leases.acquire(keys.blobLease(digest), itself.toString())
                .<BlobLead>map(lease -> new BlobLead.Ours(new RedisBlobLease(lease)))
                .switchIfEmpty(Mono.defer(() -> leader(digest)))
                .onErrorReturn(RedisUnavailableException.class, UNKNOWN);
    }

    private record RedisBlobLease(Lease lease) implements BlobLease {

        @Override
        public Mono<Void> renewing() {
            return lease.renewing().then();
        }

        @Override
        public Mono<Void> release() {
            return lease.release();
        }
    }

    @Override
    public Mono<BlobLead> leader(Digest digest) {
        byte[] key = RedisKeys.bytes(keys.blobLease(digest));
        return gate.<byte[]>read(commands -> commands.getrange(key, 0, MAX_LEASE))
                .map(value -> read(digest, value))
                .defaultIfEmpty(FREE)
                .onErrorReturn(RedisUnavailableException.class, UNKNOWN)
                .onErrorResume(CommandGate::isUnreadable, failure -> Mono.just(unreadable(digest)));
    }

    private BlobLead read(Digest digest, byte[] value) {
        if (value.length == 0) {
            return FREE;
        }
        String text = new String(value, US_ASCII);
        int space = text.indexOf(' ');
        Optional<URI> replica =
                space <= 0 || value.length > MAX_LEASE ? Optional.empty() : ReplicaUrl.parse(text.substring(space + 1));
        return replica.<BlobLead>map(url -> new BlobLead.Theirs(text.substring(0, space), url))
                .orElseGet(() -> unreadable(digest));
    }

    private BlobLead unreadable(Digest digest) {
        faults.report(RedisFault.UNREADABLE_RECORD, "the lease of " + digest);
        return UNKNOWN;
    }

    @Override
    public Mono<Void> pause(Digest digest) {
        return leases.pause(keys.blobLease(digest));
    }

    @Override
    public Mono<Set<URI>> holders(Digest digest) {
        return records.findAll(keys.holders(digest), MAX_HOLDERS)
                .flatMap(entry -> Mono.justOrEmpty(holder(digest, entry.getKey())))
                .collect(Collectors.toUnmodifiableSet())
                .onErrorReturn(RedisUnavailableException.class, Set.of());
    }

    private Optional<URI> holder(Digest digest, byte[] field) {
        Optional<URI> replica = ReplicaUrl.parse(new String(field, US_ASCII));
        if (replica.isEmpty()) {
            faults.report(RedisFault.UNREADABLE_RECORD, "a holder of " + digest);
        }
        return replica;
    }

    /** It counts as said from the first moment on, so that of a crowd that asks for the blob one alone makes it said. */
    @Override
    public Mono<Void> hold(Digest digest) {
        return Mono.defer(() -> {
            said.put(digest, true, said.stamp(digest));
            return records.write(keys.holders(digest), List.of(Map.entry(field(itself), HELD)))
                    .doOnError(failure -> said.changed(digest))
                    .onErrorComplete(RedisUnavailableException.class);
        });
    }

    /** While Redis does not tell of changes nothing is said: it is most likely not there, and hits are many. */
    @Override
    public Mono<Void> stillHold(Digest digest) {
        return Mono.defer(() -> said.isBelieved() && said.get(digest) == null ? hold(digest) : Mono.empty());
    }

    @Override
    public Mono<Void> forget(Digest digest, URI replica) {
        return gate.write(commands -> commands.hdel(RedisKeys.bytes(keys.holders(digest)), field(replica)))
                .then()
                .onErrorComplete();
    }

    private static byte[] field(URI replica) {
        return replica.toString().getBytes(US_ASCII);
    }
}
