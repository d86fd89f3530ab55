package io.sluice.gateway.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class GatewayMetricsTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final GatewayMetrics metrics = new GatewayMetrics(registry);

    @Test
    void whatOthersCountIsReadAlsoAfterACollection() {
        AtomicLong lost = new AtomicLong();
        metrics.redisLeases("lost", lost::get);

        collectGarbage();
        lost.set(3);

        assertThat(registry.get("sluice.redis.leases")
                        .tag("event", "lost")
                        .functionCounter()
                        .count())
                .isEqualTo(3);
    }

    private static void collectGarbage() {
        WeakReference<Object> garbage = new WeakReference<>(new Object());
        await().atMost(LIMIT).until(() -> {
            System.gc();
            return garbage.refersTo(null);
        });
    }
}
