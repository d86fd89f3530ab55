package io.sluice.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.gateway.metrics.UpstreamMetrics;
import io.sluice.gateway.route.Routing.Active;
import io.sluice.gateway.upstream.RegistryFactory;
import io.sluice.gateway.upstream.SharedTokens;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import reactor.netty.resources.LoopResources;

@DisplayName("G05: the routes that hold now")
class CurrentRoutingTest {

    private static final String HUB = "sluice.routes.hub: {upstream: 'https://registry.example', paths: [/hub]}\n";

    private final LoopResources loops = LoopResources.create("current-routing-test", 1, true);
    private final RegistryFactory registries =
            new RegistryFactory(new UpstreamMetrics(new SimpleMeterRegistry()), loops, SharedTokens.NONE);
    private final CurrentRouting routing = new CurrentRouting(registries, route -> List.of());

    @AfterEach
    void close() {
        registries.dispose();
        loops.dispose();
    }

    private Active hubAfter(String yaml) {
        routing.switchTo(WrittenConfiguration.read(yaml).routes());
        return routing.get().route("hub").orElseThrow();
    }

    @Test
    void aRouteThatReachesItsUpstreamAsBeforeKeepsItsConnections() {
        Active before = hubAfter(HUB);

        Active after = hubAfter(HUB + "sluice.routes.hub.root: true\nsluice.routes.hub.tags.fresh-for: 7s\n");

        assertThat(after.registry()).isSameAs(before.registry());
        assertThat(after.upstream().tags()).isNotEqualTo(before.upstream().tags());
        assertThat(after.upstream().scope()).isEqualTo(before.upstream().scope());
    }

    @Test
    void aRouteThatIsTheSameIsTheSameUpstreamSoThatItsFlightsAreShared() {
        Active before = hubAfter(HUB);

        Active after = hubAfter(HUB + "sluice.routes.quay: {upstream: 'https://quay.example', root: true}\n");

        assertThat(after.upstream()).isEqualTo(before.upstream());
    }

    @Test
    void anotherCredentialIsAnotherRegistryAndAnotherAccountAnotherScope() {
        String account =
                "sluice.routes.hub.public: true\nsluice.routes.hub.credentials: [{username: robot, password: %s}]\n";
        Active anonymous = hubAfter(HUB);
        Active old = hubAfter(HUB + account.formatted("old"));
        Active rotated = hubAfter(HUB + account.formatted("new"));

        assertThat(old.registry()).isNotSameAs(anonymous.registry());
        assertThat(old.upstream().scope()).isNotEqualTo(anonymous.upstream().scope());
        assertThat(rotated.registry()).isNotSameAs(old.registry());
        assertThat(rotated.upstream().scope()).isEqualTo(old.upstream().scope());
    }

    @Test
    void whatWasTakenBeforeStaysAsItWas() {
        hubAfter(HUB);
        Routing taken = routing.get();

        routing.switchTo(
                WrittenConfiguration.read("sluice.routes.quay: {upstream: 'https://quay.example', root: true}\n")
                        .routes());

        assertThat(taken.route("hub")).isPresent();
        assertThat(routing.get().route("hub")).isEmpty();
        assertThat(routing.upstream("quay")).isPresent();
    }

    @Test
    void whatCannotBeMadeChangesNothing() {
        CurrentRouting failing = new CurrentRouting(registries, route -> {
            if (route.name().equals("bad")) {
                throw new IllegalStateException("no filters");
            }
            return List.of();
        });
        failing.switchTo(WrittenConfiguration.read(HUB).routes());
        Routing before = failing.get();
        List<RouteSettings> worse = WrittenConfiguration.read(
                        HUB + "sluice.routes.bad: {upstream: 'https://bad.example', paths: [/bad]}\n")
                .routes();

        assertThatThrownBy(() -> failing.switchTo(worse)).hasMessage("no filters");

        assertThat(failing.get()).isSameAs(before);
    }
}
