package io.sluice.e2e.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.e2e.fleet.Crowd.Pull;
import io.sluice.e2e.fleet.HeldContent.Kind;
import io.sluice.testing.RawResponse;
import io.sluice.testing.process.GatewayJar;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The replica that fetches for all is killed, or halted, half-way. */
@ExtendWith(SharedFleet.class)
class LostLeaderIT {

    /** The length of a lease, and a second. */
    private static final Duration TAKEN_OVER_WITHIN = Duration.ofSeconds(4);

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private static final int CLIENTS = 1_000;
    private static final int LAYER_SIZE = 200_000;

    private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();

    @AfterEach
    void endClients() {
        clients.close();
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName(
            "G03: 1,000 clients, and the leader killed half-way: another takes over within its lease and a second, with one GET")
    void theLeaderIsKilled(Kind kind, Fleet fleet) {
        fleet.undisturbed(attempt -> killLeader(kind, imageOf("killed", kind, attempt), fleet));
    }

    private void killLeader(Kind kind, FleetImage image, Fleet fleet) {
        TokenRegistry registry = new TokenRegistry(fleet.upstream());
        registry.publish(image);
        HeldContent held = HeldContent.of(kind, image, fleet.upstream());
        GatewayJar leader = fleet.replica(0);
        List<GatewayJar> others = fleet.replicas().subList(1, fleet.replicas().size());
        long lostBefore = Fleet.lostLeases(others);
        CompletableFuture<RawResponse> first = held.pullFrom(leader, clients);
        held.awaitHalfSentTo(1);
        try (Crowd crowd = Crowd.of(CLIENTS, image, fleet.replicas())) {
            try {
                await().atMost(LIMIT).until(() -> crowd.whoAskedFor(held.content()) == CLIENTS);
                long killed = System.nanoTime();
                leader.kill();
                assertTakenOver(held, killed);
            } finally {
                held.sendRest();
                fleet.restart(leader);
            }
            assertThat(crowd.pulls())
                    .filteredOn(pull -> pull.replica() != leader)
                    .hasSize(CLIENTS / 4 * 3)
                    .extracting(Pull::end)
                    .allSatisfy(end -> assertThat(end).succeedsWithin(LIMIT));
        }
        assertThat(first.handle((response, failure) -> failure != null || !response.isComplete()))
                .succeedsWithin(LIMIT)
                .isEqualTo(true);
        held.assertRight(held.pullFrom(leader, clients));
        assertThat(held.gets()).isEqualTo(2);
        long lost = Fleet.lostLeases(others) - lostBefore;
        List<String> undisturbed = image.contentPaths().stream()
                .filter(path -> !path.equals(held.path()))
                .toList();
        assertThat(undisturbed)
                .allSatisfy(path -> assertThat(registry.served("GET", path)).isPositive());
        assertThat(undisturbed.stream()
                        .mapToLong(path -> registry.served("GET", path))
                        .sum())
                .isLessThanOrEqualTo(undisturbed.size() + lost);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName(
            "K09 T26: the leader is halted beyond its lease, and goes on when another has taken over: no harm is done")
    void theLeaderIsHalted(Kind kind, Fleet fleet) {
        fleet.undisturbed(attempt -> {
            HeldContent held = HeldContent.of(kind, imageOf("halted", kind, attempt), fleet.upstream());
            try {
                haltLeader(fleet, fleet.replica(2), fleet.replica(3), held);
            } finally {
                held.sendRest();
            }
        });
    }

    private static FleetImage imageOf(String story, Kind kind, int attempt) {
        return FleetImage.of(
                "library/%s-%s-%d".formatted(story, kind.name().toLowerCase(Locale.ROOT), attempt), LAYER_SIZE);
    }

    private void haltLeader(Fleet fleet, GatewayJar leader, GatewayJar follower, HeldContent held) {
        double lost = Fleet.lostLeases(leader);
        CompletableFuture<RawResponse> first = held.pullFrom(leader, clients);
        held.awaitHalfSentTo(1);
        String lease = leaseOf(fleet, held);
        CompletableFuture<RawResponse> second = held.pullFrom(follower, clients);
        try {
            long halted = System.nanoTime();
            leader.freeze();
            assertTakenOver(held, halted);
        } finally {
            leader.thaw();
        }
        String nextLease = leaseOf(fleet, held);
        assertThat(nextLease).isNotEmpty().isNotEqualTo(lease);
        await().atMost(LIMIT).until(() -> Fleet.lostLeases(leader) > lost);

        held.sendRestTo(1);
        held.assertRight(first);
        assertThat(leaseOf(fleet, held)).isEqualTo(nextLease);
        held.sendRestTo(2);
        held.assertRight(second);

        await().atMost(LIMIT).until(() -> leaseOf(fleet, held).isEmpty());
        held.assertRight(held.pullFrom(leader, clients));
        held.assertRight(held.pullFrom(follower, clients));
        assertThat(held.gets()).isEqualTo(2);
    }

    private static void assertTakenOver(HeldContent held, long since) {
        held.awaitHalfSentTo(2);
        assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(TAKEN_OVER_WITHIN);
    }

    private static String leaseOf(Fleet fleet, HeldContent held) {
        return fleet.redis().send("GET", held.leaseKey());
    }
}
