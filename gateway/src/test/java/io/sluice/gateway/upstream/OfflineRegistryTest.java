package io.sluice.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.gateway.error.UpstreamOfflineException;
import io.sluice.gateway.metrics.UpstreamMetrics;
import io.sluice.gateway.upstream.RegistrySettings.Timeouts;
import io.sluice.oci.RepositoryName;
import io.sluice.testing.ScriptedUpstream;
import java.net.URI;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

class OfflineRegistryTest {

    @Test
    void nothingIsSentToARegistryThatIsOfflineNotEvenToLookAtItsTls() {
        LoopResources loops = LoopResources.create("offline-test", 1, true);
        RegistryFactory factory =
                new RegistryFactory(new UpstreamMetrics(new SimpleMeterRegistry()), loops, SharedTokens.NONE);
        try (ScriptedUpstream upstream = ScriptedUpstream.start()) {
            Registry registry = factory.open(new RegistrySettings(
                    "hub",
                    URI.create("https://127.0.0.1:" + upstream.port()),
                    List.of(),
                    Set.of(),
                    Timeouts.DEFAULT,
                    NotFoundSettings.DEFAULT,
                    true,
                    TransportSettings.PLAIN));
            Mono<Object> answer = registry.send(
                    RegistryRequest.tags(new RepositoryName("library/alpine"), null, null),
                    (head, body) -> Mono.just("answered"));

            assertThatThrownBy(() -> answer.block(Upstreams.LIMIT)).isInstanceOf(UpstreamOfflineException.class);
            assertThat(factory.probe().collectList().block(Upstreams.LIMIT)).isEmpty();
            assertThat(upstream.connections()).isZero();
        } finally {
            factory.dispose();
            loops.disposeLater().block(Upstreams.LIMIT);
        }
    }
}
