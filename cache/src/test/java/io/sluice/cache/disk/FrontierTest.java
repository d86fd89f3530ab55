package io.sluice.cache.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class FrontierTest {

    private static final Duration TRIED_FOR = Duration.ofMillis(500);

    private final Frontier frontier = new Frontier();

    @Test
    void saysHowMuchIsThereAndWhetherThatIsAll() {
        assertThat(frontier.from(0)).isEqualTo(-1);
        frontier.advance(5);
        assertThat(frontier.from(2)).isEqualTo(3);
        assertThat(frontier.from(5)).isEqualTo(-1);
        frontier.complete(7);
        assertThat(frontier.from(5)).isEqualTo(2);
        assertThat(frontier.from(7)).isZero();
    }

    /** Sharp where two processors are free, and right anywhere. */
    @Test
    @DisplayName("T01: whoever looks at the moment at which a blob is whole never takes its last bytes for its end")
    void theLastBytesAreNeverTakenForTheEnd() {
        AtomicReference<@Nullable Frontier> looked = new AtomicReference<>();
        Thread mover = Thread.ofPlatform().start(() -> completeAll(looked));
        long end = System.nanoTime() + TRIED_FOR.toNanos();
        try {
            while (System.nanoTime() < end) {
                Frontier next = new Frontier();
                looked.set(next);
                long there = next.from(0);
                while (there < 0) {
                    there = next.from(0);
                }
                assertThat(there).isEqualTo(1);
            }
        } finally {
            mover.interrupt();
        }
    }

    /** Completes each as soon as somebody looks at it. */
    private static void completeAll(AtomicReference<@Nullable Frontier> looked) {
        while (!Thread.currentThread().isInterrupted()) {
            Frontier next = looked.getAndSet(null);
            if (next != null) {
                next.complete(1);
            }
        }
    }

    @Test
    void whoWaitsIsToldWhenItsByteIsThereOrIsNotComing() {
        IllegalStateException cause = new IllegalStateException("the rest is not coming");
        CompletableFuture<@Nullable Boolean> near = frontier.settled(5).toFuture();
        CompletableFuture<@Nullable Boolean> far = frontier.settled(6).toFuture();

        frontier.advance(5);
        assertThat(near).isNotDone();
        frontier.advance(6);
        assertThat(near).isCompleted();
        assertThat(far).isNotDone();
        frontier.fail(cause);

        assertThat(far).isCompletedExceptionally();
        assertThat(frontier.settled(0).toFuture()).isCompleted();
        assertThat(frontier.settled(6).toFuture()).isCompletedExceptionally();
    }
}
