package io.sluice.gateway.pull;

import io.sluice.cache.blob.BlobStore;
import io.sluice.cache.flight.Flights;
import io.sluice.cache.flight.LocalFlights;
import io.sluice.cache.manifest.ManifestStore;
import io.sluice.cache.manifest.Membership;
import io.sluice.cache.manifest.Proof;
import io.sluice.cache.manifest.TagIndex;
import io.sluice.gateway.metrics.GatewayMetrics;
import java.time.Clock;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The kinds of pull, put together over one cache.
 *
 * @param manifests manifests by tag and by digest
 * @param blobs blobs
 * @param lists tags and referrers
 */
public record Pulls(ManifestPull manifests, BlobPull blobs, ListPull lists) {

    /** How long one flight may take: a token, a retry and the slowest body within the upstream's own limits. */
    private static final Duration FLIGHT_LIMIT = Duration.ofSeconds(60);

    private static final int MAX_FLIGHTS = 10_000;

    /** The memory of all manifests in flight, bytes. */
    private static final long MANIFESTS_IN_FLIGHT = 64L * 1024 * 1024;

    /**
     * Where everything is kept.
     *
     * @param manifests manifests
     * @param tags where tags point
     * @param membership which repository has what
     * @param blobs blobs
     */
    public record Stores(ManifestStore manifests, TagIndex tags, Membership membership, BlobStore blobs) {}

    /**
     * Puts the parts together.
     *
     * @param acrossReplicas makes of flights those that all replicas share
     * @param replicas the other replicas that blobs may come from, or null where there are none
     */
    public static Pulls over(
            Stores stores,
            AcrossReplicas acrossReplicas,
            @Nullable Replicas replicas,
            GatewayMetrics metrics,
            Clock clock) {
        return over(stores, BlobSettings.DEFAULT, acrossReplicas, replicas, metrics, clock);
    }

    static Pulls over(
            Stores stores,
            BlobSettings settings,
            AcrossReplicas acrossReplicas,
            @Nullable Replicas replicas,
            GatewayMetrics metrics,
            Clock clock) {
        ByteBudget budget = new ByteBudget(MANIFESTS_IN_FLIGHT);
        ManifestUpstream upstream = new ManifestUpstream(budget, metrics, clock);
        RepositoryAccess manifestAccess = new RepositoryAccess(
                stores.membership(), flights("manifest-access", metrics), ManifestContent::isOfManifest, clock);
        HeldReferrers referrers = new HeldReferrers(stores.membership(), stores.manifests(), clock);
        ManifestContent content = new ManifestContent(
                stores.manifests(),
                manifestAccess,
                upstream,
                referrers,
                flights("arrival", metrics),
                flights("manifest", acrossReplicas::manifests, metrics));
        TagResolution resolution = new TagResolution(
                stores.tags(),
                new UpstreamTags(stores.tags(), stores.manifests(), manifestAccess, upstream, content, clock),
                flights("tag", local -> acrossReplicas.tags("tag", local), metrics),
                flights("tag-get", local -> acrossReplicas.tags("tag-get", local), metrics),
                clock);
        StaleTags stale = new StaleTags(stores.tags(), stores.manifests(), manifestAccess, clock);
        Admission admission = admission(stores, metrics, clock);
        ManifestPull manifests = new ManifestPull(content, resolution, stale, admission);
        ListPull lists = new ListPull(
                new ListMemory(clock),
                flights("list", metrics),
                new UpstreamLists(budget, metrics),
                manifests,
                stale,
                new HeldTags(stores.tags(), stores.manifests(), manifestAccess, clock),
                referrers,
                manifestAccess,
                admission);
        return new Pulls(manifests, blobs(stores, settings, replicas, admission, metrics, clock), lists);
    }

    private static Admission admission(Stores stores, GatewayMetrics metrics, Clock clock) {
        DeniedTags denied = new DeniedTags(stores.tags(), stores.manifests(), flights("denied-tags", metrics));
        return new Admission(stores.membership(), denied, metrics, clock);
    }

    /** Whether a proof is about a blob, rather than a manifest. */
    public static boolean isOfBlob(Proof proof) {
        return BlobPull.isOfBlob(proof);
    }

    private static BlobPull blobs(
            Stores stores,
            BlobSettings settings,
            @Nullable Replicas replicas,
            Admission admission,
            GatewayMetrics metrics,
            Clock clock) {
        RepositoryAccess access =
                new RepositoryAccess(stores.membership(), flights("blob-access", metrics), BlobPull::isOfBlob, clock);
        BlobUpstream upstream = new BlobUpstream(access, settings.resuming(), metrics, clock);
        BlobContent content = new BlobContent(
                stores.blobs(),
                access,
                upstream,
                flights("blob-arrival", metrics),
                flights("blob-departure", metrics),
                new BlobSupplies(upstream, access, replicas, metrics),
                settings,
                metrics);
        return new BlobPull(
                content, new BlobRelay(upstream, access, metrics), upstream, access, settings.ahead(), admission);
    }

    private static <K, V> Flights<K, V> flights(String name, GatewayMetrics metrics) {
        return flights(name, UnaryOperator.identity(), metrics);
    }

    private static <K, V> Flights<K, V> flights(
            String name, UnaryOperator<Flights<K, V>> shared, GatewayMetrics metrics) {
        Flights<K, V> local = new LocalFlights<>(MAX_FLIGHTS, FLIGHT_LIMIT);
        Flights<K, V> flights = new PullFlights<>(shared.apply(local), FLIGHT_LIMIT);
        metrics.flights(name, flights::count);
        return flights;
    }
}
