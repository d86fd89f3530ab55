package io.sluice.gateway.pull;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.sluice.cache.replica.BlobReplicas;
import io.sluice.gateway.cluster.Leads;
import io.sluice.gateway.cluster.ReplicaClient;
import io.sluice.oci.Digest;
import java.net.URI;
import java.time.Duration;

/**
 * The other replicas, for all fetches of blobs.
 *
 * @param itself where the others reach this one
 * @param known what they know of one another's blobs
 * @param client asks them
 * @param leads what is fetched for all of them
 * @param patience how long they are waited for
 * @param distrusted who sent which blob wrong lately
 */
public record Replicas(
        URI itself,
        BlobReplicas known,
        ReplicaClient client,
        Leads leads,
        Patience patience,
        Cache<Wrong, Boolean> distrusted) {

    private static final long MAX_DISTRUSTED = 10_000;
    private static final Duration DISTRUSTED_FOR = Duration.ofMinutes(5);

    /** Puts them together. */
    public static Replicas of(URI itself, BlobReplicas known, ReplicaClient client, Leads leads) {
        return of(itself, known, client, leads, Patience.DEFAULT);
    }

    static Replicas of(URI itself, BlobReplicas known, ReplicaClient client, Leads leads, Patience patience) {
        Cache<Wrong, Boolean> distrusted = Caffeine.newBuilder()
                .maximumSize(MAX_DISTRUSTED)
                .expireAfterWrite(DISTRUSTED_FOR)
                .build();
        return new Replicas(itself, known, client, leads, patience, distrusted);
    }

    /**
     * A blob that came wrong.
     *
     * @param digest the blob
     * @param replica who sent it
     */
    record Wrong(Digest digest, URI replica) {}

    /**
     * How long the others are waited for.
     *
     * @param look after how long without a byte it is looked whether the leader still leads
     * @param limit how long is waited without a byte where nobody can say, or for a lease to change hands: longer than one
     *     holds
     * @param failovers how often the bytes may come from elsewhere before they come from the upstream alone
     * @param progress after how many more bytes they are counted from the first again
     */
    record Patience(Duration look, Duration limit, int failovers, long progress) {

        static final Patience DEFAULT = new Patience(Duration.ofMillis(500), Duration.ofMillis(3500), 8, 1024 * 1024);
    }

    boolean isTrusted(Digest digest, URI replica) {
        return distrusted.getIfPresent(new Wrong(digest, replica)) == null;
    }

    void distrust(Digest digest, URI replica) {
        distrusted.put(new Wrong(digest, replica), true);
    }
}
