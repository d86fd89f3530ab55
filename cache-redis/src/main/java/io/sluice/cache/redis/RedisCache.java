package io.sluice.cache.redis;

import io.sluice.cache.ContentKey;
import io.sluice.cache.Stamps;
import io.sluice.cache.TagKey;
import io.sluice.cache.flight.Flights;
import io.sluice.cache.manifest.ManifestStore;
import io.sluice.cache.manifest.Membership;
import io.sluice.cache.manifest.Proof;
import io.sluice.cache.manifest.TagIndex;
import io.sluice.cache.manifest.TagPointer;
import io.sluice.cache.replica.BlobReplicas;
import io.sluice.oci.Digest;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import javax.crypto.SecretKey;

/**
 * What several gateways share in Redis, each in front of a cache of its own: manifests, tag pointers and proofs, and
 * who fetches and who holds which blob.
 *
 * <p>Its stores may be called from any thread, block none and never fail. Their answers come on the caller's thread when
 * memory has them, else on Reactor's parallel scheduler, and within some hundred milliseconds whatever Redis does: each
 * command has a {@linkplain RedisCacheSettings#deadline deadline}, and a breaker does without Redis once it does not answer.
 */
public final class RedisCache implements AutoCloseable {

    private static final long NEAR_TAGS = 50_000;
    private static final long NEAR_PROOFS = 200_000;
    private static final Duration PROOF_NEAR_FOR = Duration.ofSeconds(60);
    private static final long NEAR_HOLDERS = 100_000;

    /** Much shorter than holders are kept, so that none is forgotten whose blob is asked for now and then. */
    private static final Duration HOLDERS_NEAR_FOR = Duration.ofHours(1);

    /** How long another replica's fetch of a manifest is waited for. */
    static final Duration MANIFEST_PATIENCE = Duration.ofSeconds(20);

    /** Likewise, for where a tag points: who gets no answer serves what is held, and is not to be late with that. */
    private static final Duration TAG_PATIENCE = Duration.ofSeconds(5);

    private final RedisCacheSettings settings;
    private final RedisFaults faults = new RedisFaults();
    private final Lookups lookups = new Lookups();
    private final Stamps stamps = new Stamps();
    private final ChangeFeed changes = new ChangeFeed();
    private final Tracking tracking = new Tracking(stamps, changes);
    private final RedisKeys keys;
    private final RedisLink link;
    private final CommandGate gate;
    private final Leases leases;
    private final RedisManifestStore manifests;
    private final RedisTagIndex tags;
    private final RedisMembership membership;

    private RedisCache(RedisCacheSettings settings) {
        this.settings = settings;
        this.keys = new RedisKeys(settings);
        ServerClock time = new ServerClock(settings.clock());
        this.link = new RedisLink(settings.url(), settings.deadline(), time, tracking);
        this.gate = new CommandGate(link, settings.deadline(), keys, faults);
        this.leases = new Leases(gate, changes);
        this.manifests = new RedisManifestStore(gate, keys, faults, settings.keptFor());
        this.tags = new RedisTagIndex(keys, hashes(RedisTagIndex.MAX_VARIANTS), time, faults);
        this.membership = new RedisMembership(keys, hashes(RedisMembership.MAX_PROOFS), time, faults, settings.clock());
    }

    private HashRecords hashes(int maximum) {
        return new HashRecords(gate, faults, settings.keptFor(), maximum);
    }

    /** Begins to connect, in the background: nothing is waited for, and nothing fails when Redis is not there (K01). */
    public static RedisCache open(RedisCacheSettings settings) {
        return new RedisCache(settings);
    }

    /** The manifests in Redis alone. */
    public ManifestStore manifests() {
        return manifests;
    }

    /** Where tags point, in Redis alone. */
    public TagIndex tags() {
        return tags;
    }

    /** Which repository has what, in Redis alone. */
    public Membership membership() {
        return membership;
    }

    /** The manifests of a cache of one's own, and behind it those in Redis. */
    public ManifestStore manifestsBehind(ManifestStore local) {
        return new SharedManifestStore(local, manifests, lookups);
    }

    /** Where tags point: the last word in Redis, with a cache of one's own for when there is none. */
    public TagIndex tagsBeside(TagIndex local) {
        NearCache<TagKey, TagPointer> near = new NearCache<>(
                NEAR_TAGS,
                key -> settings.route(key.repository().route()).freshFor(),
                tags::redisKey,
                stamps,
                tracking);
        return new SharedTagIndex(local, tags, near, lookups, settings.clock());
    }

    /** Which repository has what: the last word in Redis, with a cache of one's own for when there is none. */
    public Membership membershipBeside(Membership local) {
        NearCache<ContentKey, Proof> near =
                new NearCache<>(NEAR_PROOFS, key -> PROOF_NEAR_FOR, membership::redisKey, stamps, tracking);
        return new SharedMembership(local, membership, near, lookups);
    }

    /**
     * The flights that bring manifests, shared by all replicas: one of them fetches a manifest, the others find it in Redis.
     *
     * @param local the flights of this replica, of whom none takes less than half a minute for too long
     */
    public <V> Flights<Digest, V> manifestFlights(Flights<Digest, V> local) {
        return new LeasedFlights<>(local, leases, keys::lease, MANIFEST_PATIENCE);
    }

    /**
     * What all replicas know of one another's blobs.
     *
     * @param itself where this replica is reached by the others: scheme, host and port, in lower case
     */
    public BlobReplicas blobReplicas(URI itself) {
        NearCache<Digest, Boolean> said =
                new NearCache<>(NEAR_HOLDERS, digest -> HOLDERS_NEAR_FOR, keys::holders, stamps, tracking);
        return new RedisBlobReplicas(gate, leases, hashes(RedisBlobReplicas.MAX_HOLDERS), keys, faults, said, itself);
    }

    /**
     * The flights that ask where tags point, shared by all replicas: one of them asks, the others find the answer in Redis.
     *
     * @param question what is asked; only those with the same question wait for each other
     * @param tag the tag that a flight is about
     * @param local the flights of this replica, of whom none takes less than half a minute for too long
     */
    public <K, V> Flights<K, V> tagFlights(String question, Function<K, TagKey> tag, Flights<K, V> local) {
        return new LeasedFlights<>(local, leases, key -> keys.lease(question, tag.apply(key)), TAG_PATIENCE);
    }

    /**
     * Secrets, shared by all replicas that have the same two keys. Blocks for a moment.
     *
     * @param naming hides what a secret is; for HMAC-SHA256
     * @param sealing seals the secret; for AES, of 256 bits
     */
    public SealedValues sealedWith(SecretKey naming, SecretKey sealing) {
        return new SealedValues(new SealedRecords(gate, faults, new Seal(naming, sealing)), leases, lookups);
    }

    /** How often this became of work that replicas share, since it was opened. */
    public long leases(RedisLeaseEvent event) {
        return leases.counted(event);
    }

    /** How it is with Redis at the moment. */
    public RedisState state() {
        return new RedisState(
                settings.url().toString(),
                link.isConnected(),
                tracking.isOn(),
                !gate.readsAreLeftOut(),
                !gate.writesAreLeftOut());
    }

    /** How often what went wrong since it was opened. */
    public Map<RedisFault, Long> faults() {
        return faults.counts();
    }

    /** How often something was looked up with this result, since it was opened. */
    public long lookups(RedisKind kind, RedisLookup result) {
        return lookups.counted(kind, result);
    }

    /** Lets go of Redis. Blocks, for no longer than some seconds; from now on there are only misses. */
    @Override
    public void close() {
        gate.close();
        link.close();
    }
}
