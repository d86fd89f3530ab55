package io.sluice.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RetryBudgetTest {

    private final AtomicLong nanoseconds = new AtomicLong();
    private final RetryBudget budget = new RetryBudget(nanoseconds::get);

    @Test
    @DisplayName("U23: of ten requests one may be repeated, after a few that are free at the beginning")
    void oneOfTenMayBeRepeated() {
        long repeated = IntStream.range(0, 1_000)
                .filter(i -> {
                    budget.deposit();
                    return budget.withdraw();
                })
                .count();

        assertThat(repeated).isBetween(100L, 105L);
    }

    @Test
    void noMoreThanTenAreSavedUp() {
        for (int i = 0; i < 10_000; i++) {
            budget.deposit();
        }

        assertThat(withdrawals()).isEqualTo(10 + 1);
    }

    @Test
    void oneASecondIsAlwaysAllowed() {
        withdrawals();
        assertThat(budget.withdraw()).isFalse();

        nanoseconds.addAndGet(Duration.ofMillis(1_001).toNanos());

        assertThat(withdrawals()).isEqualTo(1);
    }

    private long withdrawals() {
        return IntStream.range(0, 1_000).filter(i -> budget.withdraw()).count();
    }
}
