package io.sluice.e2e.weather;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.e2e.Checkout;
import io.sluice.e2e.weather.FickleRegistry.Asked;
import io.sluice.testing.process.GatewayJar;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A gateway under a steady load while its upstream flaps, stalls, says 429, forgets its tokens, tears connections down and
 * moves its tags. Nothing that is held fails to be pulled, and the upstream is asked no more than the written rules allow.
 * As long as {@code -Dweather.seconds} says, 60 without it.
 */
class FickleUpstreamIT {

    private static final Duration TIME = Duration.ofSeconds(Integer.getInteger("weather.seconds", 60));
    private static final Duration PHASE = Duration.ofSeconds(4);
    private static final Duration MOVE = Duration.ofMillis(1_500);
    private static final Duration FRESH_FOR = Duration.ofSeconds(1);
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** What may be on its way when a 429 arrives. */
    private static final Duration ON_ITS_WAY = Duration.ofMillis(250);

    private static final List<Weather> CYCLE = List.of(
            Weather.FAIR,
            Weather.FLAPPING,
            Weather.FAIR,
            Weather.LIMITED,
            Weather.FORGETFUL,
            Weather.STALLED,
            Weather.FAIR,
            Weather.RESETTING);

    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final FickleRegistry registry = new FickleRegistry();
    private GatewayJar gateway;
    private SteadyLoad load;

    @BeforeEach
    void start(@TempDir Path directory) {
        gateway = GatewayJar.start(
                Checkout.file("gateway/target/sluice.jar"),
                directory,
                List.of("-Xmx256m", "-Dio.netty.allocator.type=pooled", "-Dio.netty.leakDetection.level=paranoid"),
                """
                sluice:
                  cache: {directory: cache}
                  routes:
                    fickle:
                      upstream: %s
                      root: true
                      tags: {fresh-for: %ds}
                      rules: [{match: '*:v*', immutable: true}]
                      timeouts: {first-header: 1s}
                """.formatted(registry.url(), FRESH_FOR.toSeconds()));
        load = new SteadyLoad(gateway.uri(), registry.repositories());
    }

    @AfterEach
    void stop() {
        clock.shutdownNow();
        load.close();
        gateway.close();
        registry.close();
    }

    @Test
    @DisplayName(
            "U01 U05 U15 U22 U23 U33: nothing held fails, and the upstream is asked as the rules allow, in any weather")
    void nothingThatIsHeldFailsAndTheUpstreamIsSpared() throws InterruptedException {
        load.pullEverything();
        int tokens = registry.tokensIssued();
        int forgotten = weather();

        SoftAssertions.assertSoftly(softly -> {
            softly.assertThat(load.failures()).as("pulls of what is held").isEmpty();
            softly.assertThat(load.stale())
                    .as("answers that said they were stale")
                    .isPositive();
            softly.assertThat(gateway.metricSoFar("sluice_pulls_total{kind=\"manifest\",outcome=\"error\""))
                    .isZero();
            assertTagsAreCheckedNoMoreOftenThanTheyAreFresh(softly);
            assertContentIsFetchedOnce(softly);
            assertNothingIsAskedWhileTheUpstreamSaysWait(softly);
            softly.assertThat(registry.tokensIssued() - tokens)
                    .as("a token for each repository after each time they were forgotten")
                    .isLessThanOrEqualTo(forgotten * registry.repositories().size());
            softly.assertThat(gateway.lines()).noneMatch(line -> line.contains("LEAK:"));
        });
        assertThat(load.pulls()).isGreaterThan((int) TIME.toSeconds() * 25);
    }

    /** Lets the weather change, then be fair until the gateway has seen it; returns how often tokens were forgotten. */
    @SuppressWarnings("FutureReturnValueIgnored") // what goes wrong in them shows in the counts
    private int weather() throws InterruptedException {
        CountDownLatch over = new CountDownLatch(1);
        AtomicInteger phase = new AtomicInteger();
        AtomicInteger forgotten = new AtomicInteger();
        clock.scheduleAtFixedRate(
                () -> {
                    Weather next = CYCLE.get(phase.getAndIncrement() % CYCLE.size());
                    forgotten.addAndGet(next == Weather.FORGETFUL ? 1 : 0);
                    registry.becomes(next);
                },
                0,
                PHASE.toMillis(),
                TimeUnit.MILLISECONDS);
        clock.scheduleAtFixedRate(registry::moveTags, MOVE.toMillis(), MOVE.toMillis(), TimeUnit.MILLISECONDS);
        clock.schedule(over::countDown, TIME.toMillis(), TimeUnit.MILLISECONDS);
        load.begin();
        assertThat(over.await(TIME.plus(LIMIT).toSeconds(), TimeUnit.SECONDS)).isTrue();
        clock.shutdownNow();
        assertThat(clock.awaitTermination(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        registry.becomes(Weather.FAIR);
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(registry.repositories())
                        .allMatch(repository -> load.digestOf(repository, "latest")
                                .equals(repository.latest().digest())));
        load.end();
        return forgotten.get();
    }

    private void assertTagsAreCheckedNoMoreOftenThanTheyAreFresh(SoftAssertions softly) {
        List<Asked> asked = registry.asked();
        long nanos = asked.getLast().nanos() - asked.getFirst().nanos();
        long checks = nanos / FRESH_FOR.toNanos() + 2;
        Map<String, Long> answered =
                count(asked, each -> each.status() == 200 && each.request().startsWith("HEAD"));
        answered.forEach((request, count) ->
                softly.assertThat(count).as(request).isLessThanOrEqualTo(request.endsWith("/v1") ? 1 : checks));
        long all =
                asked.stream().filter(each -> each.request().startsWith("HEAD")).count();
        softly.assertThat(all)
                .as("checks that failed included")
                .isLessThanOrEqualTo(checks * registry.repositories().size());
    }

    private void assertContentIsFetchedOnce(SoftAssertions softly) {
        count(registry.asked(), each -> each.status() == 200 && each.request().startsWith("GET"))
                .forEach(
                        (request, count) -> softly.assertThat(count).as(request).isEqualTo(1));
    }

    private void assertNothingIsAskedWhileTheUpstreamSaysWait(SoftAssertions softly) {
        softly.assertThat(tooEarly())
                .as("requests that came although the upstream had said 429")
                .isEmpty();
    }

    private List<Asked> tooEarly() {
        List<Asked> asked = registry.asked();
        Predicate<Asked> comesTooEarly = later -> asked.stream()
                .filter(earlier -> earlier.status() == 429)
                .map(earlier -> later.nanos() - earlier.nanos())
                .anyMatch(since -> since > ON_ITS_WAY.toNanos()
                        && since
                                < Duration.ofSeconds(FickleRegistry.RETRY_AFTER).toNanos());
        return asked.stream().filter(comesTooEarly).toList();
    }

    private static Map<String, Long> count(List<Asked> asked, Predicate<Asked> which) {
        return asked.stream().filter(which).collect(Collectors.groupingBy(Asked::request, Collectors.counting()));
    }
}
