package io.sluice.e2e.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.e2e.fleet.Crowd.Pull;
import io.sluice.testing.process.GatewayJar;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Very many clients of several replicas want an image that nobody holds. */
@ExtendWith(SharedFleet.class)
class ColdImageIT {

    private static final int CLIENTS = 1_000;
    private static final int LAYER_SIZE = 500_000;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @ParameterizedTest
    @ValueSource(ints = {2, 4})
    @DisplayName(
            "C01 T26: 1,000 clients, by tag and by digest: one GET for each manifest and blob unless a lease was lost")
    void everythingIsFetchedOnce(int count, Fleet fleet) {
        FleetImage image = FleetImage.of("library/cold" + count, LAYER_SIZE);
        TokenRegistry registry = new TokenRegistry(fleet.upstream());
        registry.publish(image);
        List<GatewayJar> replicas = fleet.replicas().subList(0, count);
        double excusesBefore = excuses(fleet);

        try (Crowd crowd = Crowd.of(CLIENTS, image, replicas)) {
            assertThat(crowd.pulls())
                    .hasSize(CLIENTS)
                    .extracting(Pull::end)
                    .allSatisfy(end -> assertThat(end).succeedsWithin(LIMIT));
        }

        long excuses = Math.round(excuses(fleet) - excusesBefore);
        assertFetchedOnce(registry, image.manifestPaths(), 1, excuses);
        assertFetchedOnce(registry, image.blobPaths(), Shared.getsOfABlob(count), excuses);
        assertThat(registry.tokens(image.repository())).isBetween(1L, Shared.TOKENS ? 1L : count);
    }

    /** One more GET for each lease that was lost, or that Redis did not give in time; all of them together. */
    private static void assertFetchedOnce(TokenRegistry registry, List<String> paths, int once, long excuses) {
        assertThat(paths)
                .allSatisfy(path -> assertThat(registry.served("GET", path)).isGreaterThanOrEqualTo(1));
        long gets =
                paths.stream().mapToLong(path -> registry.served("GET", path)).sum();
        assertThat(gets).isBetween((long) paths.size(), (long) paths.size() * once + excuses);
    }

    private static double excuses(Fleet fleet) {
        return fleet.leases("lost") + fleet.leases("alone");
    }
}
