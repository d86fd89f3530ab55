package io.sluice.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.gateway.metrics.GatewayMetrics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("G05: a changed configuration")
class ConfigurationReloadTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<SluiceConfiguration> taken = new CopyOnWriteArrayList<>();
    private final AtomicInteger read = new AtomicInteger();
    private @Nullable ConfigurationReload reload;

    @AfterEach
    void close() {
        Objects.requireNonNull(reload).close();
    }

    private static Reading.Valid saying(String freshFor) {
        return new Reading.Valid(
                WrittenConfiguration.read("sluice.routes.hub: {upstream: 'https://registry.example', root: true}\n"
                        + "sluice.routes.hub.tags.fresh-for: " + freshFor + "\n"
                        + "sluice.reload: {interval: 1ms, quiet-for: 1ms}\n"),
                Map.of());
    }

    /** What is read, one after the other; the last again and again. */
    private void readOneAfterTheOther(Reading... readings) {
        reload = new ConfigurationReload(
                () -> readings[Math.min(read.getAndIncrement(), readings.length - 1)],
                saying("1s"),
                this::take,
                new GatewayMetrics(meters));
        reload.start();
        await().atMost(LIMIT).until(() -> read.get() > readings.length + 3);
    }

    private void take(SluiceConfiguration configuration) {
        if (configuration.equals(saying("13s").configuration())) {
            throw new IllegalStateException("cannot be taken over");
        }
        taken.add(configuration);
    }

    private int count(String result) {
        return meters.find("sluice.config.reloads").tag("result", result).counter() == null
                ? 0
                : (int) meters.get("sluice.config.reloads")
                        .tag("result", result)
                        .counter()
                        .count();
    }

    @Test
    void whatIsStillBeingWrittenIsNotTakenOver() {
        Reading half = new Reading.Invalid(List.of(new Fault("sluice.routes", null, "there are no routes")));
        readOneAfterTheOther(saying("1s"), half, saying("2s"), half, saying("3s"), saying("3s"));

        assertThat(taken).containsExactly(saying("3s").configuration());
        assertThat(count("rejected")).isZero();
    }

    @Test
    void aFaultIsToldOnceAndWhatComesAfterItIsTakenOver() {
        Reading faulty = new Reading.Invalid(List.of(new Fault("sluice.routes", null, "there are no routes")));
        readOneAfterTheOther(faulty, faulty, faulty, faulty, saying("1s"), saying("1s"));

        assertThat(count("rejected")).isEqualTo(1);
        assertThat(taken).containsExactly(saying("1s").configuration());
        assertThat(meters.get("sluice.config.reload.successful").gauge().value())
                .isEqualTo(1);
    }

    @Test
    void whatCannotBeTakenOverIsNotTriedAgainAndTheNextIs() {
        readOneAfterTheOther(saying("13s"), saying("13s"), saying("13s"), saying("2s"), saying("2s"));

        assertThat(count("rejected")).isEqualTo(1);
        assertThat(taken).containsExactly(saying("2s").configuration());
    }

    @Test
    void withoutAnIntervalItLooksWhenItIsTold() {
        reload = new ConfigurationReload(
                () -> {
                    read.incrementAndGet();
                    return saying("2s");
                },
                new Reading.Valid(WrittenConfiguration.read("""
                                sluice.routes.hub: {upstream: 'https://registry.example', root: true}
                                sluice.reload: {interval: 0, quiet-for: 0}
                                """), Map.of()),
                this::take,
                new GatewayMetrics(meters));
        reload.start();
        assertThat(read).hasValue(0);

        reload.now();

        await().atMost(LIMIT).until(() -> taken.size() == 1);
    }
}
