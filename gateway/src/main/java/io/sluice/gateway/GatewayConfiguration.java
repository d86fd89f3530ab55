package io.sluice.gateway;

import io.sluice.cache.embedded.EmbeddedCache;
import io.sluice.cache.embedded.EmbeddedCacheSettings;
import io.sluice.gateway.metrics.GatewayMetrics;
import io.sluice.gateway.pull.Pulls;
import io.sluice.gateway.route.SluiceConfiguration;
import io.sluice.gateway.upstream.RegistryFactory;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.ReactorResourceFactory;

/** Puts the parts together that know nothing of each other: the cache, the upstreams and the pulls. */
@Configuration(proxyBeanMethods = false)
class GatewayConfiguration {

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean(destroyMethod = "close")
    EmbeddedCache cache(SluiceConfiguration configuration, Clock clock) {
        return EmbeddedCache.open(
                EmbeddedCacheSettings.onDisk(configuration.cache().directory()).withClock(clock));
    }

    /** On the event loops of the server: an answer passes from the one to the other without a change of thread. */
    @Bean(destroyMethod = "dispose")
    RegistryFactory registries(GatewayMetrics metrics, ReactorResourceFactory resources) {
        return new RegistryFactory(metrics, resources.getLoopResources());
    }

    @Bean
    Pulls pulls(EmbeddedCache cache, GatewayMetrics metrics, Clock clock) {
        return Pulls.over(cache.manifests(), cache.tags(), cache.membership(), metrics, clock);
    }
}
