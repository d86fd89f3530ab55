package io.sluice.gateway.upstream;

import io.sluice.gateway.error.CallRejectedException;
import io.sluice.gateway.error.PullException;
import io.sluice.gateway.error.UpstreamTimeoutException;
import io.sluice.gateway.error.UpstreamUnreachableException;
import io.sluice.gateway.metrics.UpstreamMetrics;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is counted, timed and logged about one request: once, at its first header or at what went wrong instead. */
final class RequestRecord {

    private static final Logger LOG = LoggerFactory.getLogger(RequestRecord.class);

    private final String route;
    private final Call call;
    private final UpstreamMetrics metrics;
    private final long start = System.nanoTime();
    private final AtomicBoolean written = new AtomicBoolean();
    private volatile boolean answered;

    RequestRecord(String route, Call call, UpstreamMetrics metrics) {
        this.route = route;
        this.call = call;
        this.metrics = metrics;
    }

    void answered(int status) {
        answered = true;
        write(status >= 100 && status < 600 ? Integer.toString(status) : "invalid");
    }

    boolean isAnswered() {
        return answered;
    }

    void failed(PullException failure) {
        write(reason(failure));
        if (failure instanceof CallRejectedException rejected) {
            metrics.rejection(route, label(rejected.reason()));
        }
    }

    void cancelled() {
        write("cancelled");
    }

    private void write(String outcome) {
        if (!written.compareAndSet(false, true)) {
            return;
        }
        Duration duration = Duration.ofNanos(System.nanoTime() - start);
        metrics.request(route, call.method().name(), outcome, duration);
        LOG.debug("{}: {}: {} after {} ms", route, call, outcome, duration.toMillis());
    }

    static String label(Enum<?> reason) {
        return reason.name().toLowerCase(Locale.ROOT);
    }

    private static String reason(PullException failure) {
        return switch (failure) {
            case UpstreamTimeoutException ignored -> "timeout";
            case CallRejectedException e -> label(e.reason());
            case UpstreamUnreachableException e -> label(e.reason());
            default -> "refused_by_us";
        };
    }
}
