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
        fleet.undisturbed(attempt -> fetchOnce(
                FleetImage.of("library/cold-%d-%d".formatted(count, attempt), LAYER_SIZE),
                fleet.replicas().subList(0, count),
                fleet));
    }

    private static void fetchOnce(FleetImage image, List<GatewayJar> replicas, Fleet fleet) {
        TokenRegistry registry = new TokenRegistry(fleet.upstream());
        registry.publish(image);
        long lostBefore = Fleet.lostLeases(replicas);

        try (Crowd crowd = Crowd.of(CLIENTS, image, replicas)) {
            assertThat(crowd.pulls())
                    .hasSize(CLIENTS)
                    .extracting(Pull::end)
                    .allSatisfy(end -> assertThat(end).succeedsWithin(LIMIT));
        }

        long lost = Fleet.lostLeases(replicas) - lostBefore;
        List<String> paths = image.contentPaths();
        assertThat(paths)
                .allSatisfy(path -> assertThat(registry.served("GET", path)).isPositive());
        assertThat(paths.stream()
                        .mapToLong(path -> registry.served("GET", path))
                        .sum())
                .isLessThanOrEqualTo(paths.size() + lost);
        assertThat(registry.tokens(image.repository())).isBetween(1L, 1L + lost);
    }
}
