package io.sluice.gateway;

import io.sluice.cache.blob.BlobStore;
import io.sluice.cache.embedded.EmbeddedCache;
import io.sluice.cache.embedded.EmbeddedCacheSettings;
import io.sluice.cache.embedded.StoreFault;
import io.sluice.gateway.metrics.GatewayMetrics;
import io.sluice.gateway.metrics.UpstreamMetrics;
import io.sluice.gateway.pull.PinnedContent;
import io.sluice.gateway.pull.Pulls;
import io.sluice.gateway.pull.Pulls.Stores;
import io.sluice.gateway.route.CacheSettings;
import io.sluice.gateway.route.SluiceConfiguration;
import io.sluice.gateway.upstream.RegistryFactory;
import java.time.Clock;
import java.util.Locale;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.netty.resources.LoopResources;

/** Puts the parts together that know nothing of each other: the cache, the upstreams and the pulls. */
@Configuration(proxyBeanMethods = false)
class GatewayConfiguration {

    private static final int MANIFEST_SHARE = 10;

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean(destroyMethod = "close")
    EmbeddedCache cache(SluiceConfiguration configuration, Clock clock, GatewayMetrics metrics) {
        EmbeddedCache cache = EmbeddedCache.open(settings(configuration.cache()).withClock(clock));
        for (StoreFault fault : StoreFault.values()) {
            metrics.cacheFaults(
                    fault.name().toLowerCase(Locale.ROOT), () -> cache.faults().getOrDefault(fault, 0L));
        }
        showBlobs(cache.blobs(), metrics);
        return cache;
    }

    private static void showBlobs(BlobStore blobs, GatewayMetrics metrics) {
        metrics.blobStore("entries", null, () -> blobs.usage().entries());
        metrics.blobStore("used", "bytes", () -> blobs.usage().bytes());
        metrics.blobStore("limit", "bytes", () -> blobs.usage().limit());
        metrics.blobStore("arriving", null, () -> blobs.usage().arriving());
        metrics.blobStore("readers", null, () -> blobs.usage().readers());
        metrics.blobEvents("evictions", () -> blobs.usage().evictions());
        metrics.blobEvents("quarantined", () -> blobs.usage().quarantined());
    }

    /** Manifests have their usual share, or a tenth of a cache that is small; blobs have the rest. */
    private static EmbeddedCacheSettings settings(CacheSettings cache) {
        EmbeddedCacheSettings usual = EmbeddedCacheSettings.onDisk(cache.directory());
        long size = cache.maxSize().toBytes();
        long manifests = Math.max(1, Math.min(usual.manifestBytes(), size / MANIFEST_SHARE));
        return usual.withManifests(Math.min(usual.manifestMemory(), manifests), manifests)
                .withBlobs(size);
    }

    @Bean(destroyMethod = "close")
    SharedStores stores(SluiceConfiguration configuration, EmbeddedCache cache, Clock clock, GatewayMetrics metrics) {
        return SharedStores.open(
                cache, configuration.redisCache(clock), configuration.cluster().secret(), metrics);
    }

    @Bean
    RedisHealth sharedCacheHealthIndicator(SharedStores stores) {
        return new RedisHealth(stores);
    }

    @Bean(destroyMethod = "close")
    ClusterLinks clusterLinks(
            SluiceConfiguration configuration,
            EmbeddedCache cache,
            SharedStores stores,
            GatewayMetrics metrics,
            LoopResources upstreamLoops) {
        return ClusterLinks.open(configuration.cluster(), stores, cache.blobs(), metrics, upstreamLoops);
    }

    /** Not those of the server: a fetch would wait there behind all the requests that wait for it. */
    @Bean(destroyMethod = "dispose")
    LoopResources upstreamLoops() {
        return LoopResources.create("sluice-upstream", Runtime.getRuntime().availableProcessors(), true);
    }

    @Bean(destroyMethod = "dispose")
    RegistryFactory registries(UpstreamMetrics metrics, LoopResources upstreamLoops, SharedStores stores) {
        return new RegistryFactory(metrics, upstreamLoops, stores.tokens());
    }

    @Bean(destroyMethod = "dispose")
    UpstreamProbe upstreamProbe(RegistryFactory registries, UpstreamMetrics metrics) {
        return new UpstreamProbe(registries, metrics);
    }

    @Bean(destroyMethod = "dispose")
    PinnedContent pinnedContent(SluiceConfiguration configuration, EmbeddedCache cache, SharedStores stores) {
        return new PinnedContent(configuration.pins(), cache.blobs(), stores.manifests(), stores.membership());
    }

    @Bean
    Stores pullStores(EmbeddedCache cache, SharedStores shared, PinnedContent membership) {
        return new Stores(shared.manifests(), shared.tags(), membership, cache.blobs());
    }

    @Bean
    Pulls pulls(Stores pullStores, SharedStores stores, ClusterLinks cluster, GatewayMetrics metrics, Clock clock) {
        return Pulls.over(pullStores, stores, cluster.replicas(), metrics, clock);
    }
}
