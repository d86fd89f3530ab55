package io.sluice.benchmarks.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class WrkOutputTest {

    private static final String BEGINNING = """
        Running 2s test @ http://127.0.0.1:18999/v2/bench/images/manifests/v1
          1 threads and 32 connections
          Thread Stats   Avg      Stdev     Max   +/- Stdev
            Latency   255.20us  592.63us   6.35ms   93.05%
            Req/Sec    34.74k     5.90k   42.25k    55.00%
          68923 requests in 2.00s, 48.57MB read
        """;
    private static final String END = """
        Requests/sec:  34449.65
        Transfer/sec:     24.28MB
        """;

    @Test
    void theRateIsThatOfAllThreads() {
        Rate rate = new WrkOutput(BEGINNING + END).rate();

        assertThat(rate.perSecond()).isEqualTo(34449.65);
        assertThat(rate.failures()).isEmpty();
    }

    @Test
    void otherAnswersAndLostConnectionsAreFailures() {
        String failures = """
              Socket errors: connect 0, read 3, write 0, timeout 1
              Non-2xx or 3xx responses: 17
            """;

        assertThat(new WrkOutput(BEGINNING + failures + END).rate().failures())
                .containsExactly(
                        "Non-2xx or 3xx responses: 17", "Socket errors: connect 0, read 3, write 0, timeout 1");
    }

    @Test
    void whatHasNoRateIsNoResult() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new WrkOutput("unable to connect to 127.0.0.1:1 Connection refused").rate())
                .withMessageContaining("Connection refused");
    }
}
