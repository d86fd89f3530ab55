package io.sluice.gateway.pull;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.cache.manifest.Manifest;
import io.sluice.gateway.error.InvalidContentException;
import io.sluice.gateway.error.OverloadedException;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

class ManifestTeeTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final int CHUNK = 64 * 1024;

    private final ByteBudget budget = new ByteBudget(Manifest.MAX_SIZE);

    @Test
    @DisplayName("T14: a body of 4 MiB is taken, one byte more is not, and the memory is given back")
    void aBodyIsTakenUpToItsLimit() {
        StepVerifier.create(ManifestTee.gather(body(Manifest.MAX_SIZE), budget))
                .assertNext(bytes -> assertThat(bytes).hasSize(Manifest.MAX_SIZE))
                .expectComplete()
                .verify(LIMIT);
        StepVerifier.create(ManifestTee.gather(body(Manifest.MAX_SIZE + 1), budget))
                .expectError(InvalidContentException.class)
                .verify(LIMIT);
        assertThat(budget.taken()).isZero();
    }

    @Test
    @DisplayName("T14: manifests in flight have a limit together; what does not fit fails and takes nothing with it")
    void bodiesInFlightShareOneBudget() {
        budget.take(Manifest.MAX_SIZE - CHUNK);

        StepVerifier.create(ManifestTee.gather(body(2 * CHUNK), budget))
                .expectError(OverloadedException.class)
                .verify(LIMIT);
        StepVerifier.create(ManifestTee.gather(body(CHUNK / 2), budget))
                .expectNextCount(1)
                .expectComplete()
                .verify(LIMIT);
        assertThat(budget.taken()).isEqualTo(Manifest.MAX_SIZE - CHUNK);
    }

    @Test
    void aCallerThatLeavesGivesTheMemoryBack() {
        StepVerifier.create(ManifestTee.gather(body(CHUNK).concatWith(Flux.never()), budget))
                .then(() -> assertThat(budget.taken()).isPositive())
                .thenCancel()
                .verify(LIMIT);
        assertThat(budget.taken()).isZero();
    }

    private static Flux<ByteBuf> body(int size) {
        return Flux.range(0, (size + CHUNK - 1) / CHUNK)
                .map(i -> Unpooled.wrappedBuffer(new byte[Math.min(CHUNK, size - i * CHUNK)]));
    }
}
