package io.sluice.gateway.pull;

import io.sluice.gateway.metrics.Outcome;
import java.time.Duration;

/**
 * How the cache handled a request, for the metrics and as the header {@code Cache-Status} (RFC 9211).
 *
 * @param outcome the outcome that is counted
 * @param headerValue the value of the header
 */
public record CacheStatus(Outcome outcome, String headerValue) {

    /** Held, and no upstream call. */
    public static final CacheStatus HIT = new CacheStatus(Outcome.HIT, "sluice; hit");

    /** Fetched for this caller, and being kept. */
    public static final CacheStatus STORED = new CacheStatus(Outcome.MISS, "sluice; fwd=miss; stored");

    /** Fetched by a flight that another caller had started, and being kept. */
    public static final CacheStatus STORED_COLLAPSED =
            new CacheStatus(Outcome.COLLAPSED, "sluice; fwd=miss; stored; collapsed");

    /** Asked upstream for this caller; nothing of it is kept as content. */
    public static final CacheStatus MISS = new CacheStatus(Outcome.MISS, "sluice; fwd=miss");

    /** Asked upstream, together with others; nothing of it is kept as content. */
    public static final CacheStatus COLLAPSED = new CacheStatus(Outcome.COLLAPSED, "sluice; fwd=miss; collapsed");

    /** Held, and the upstream confirmed it. */
    public static final CacheStatus REVALIDATED =
            new CacheStatus(Outcome.REVALIDATED, "sluice; fwd=stale; fwd-status=200");

    /** Held, too old, and the upstream answered with this status, or, with 0, not at all. */
    static CacheStatus staleAfter(int status) {
        return new CacheStatus(
                Outcome.STALE, status == 0 ? "sluice; fwd=stale" : "sluice; fwd=stale; fwd-status=" + status);
    }

    /** Held, not fresh for so long, and the upstream was not waited for. */
    static CacheStatus staleFor(Duration time) {
        return new CacheStatus(Outcome.STALE, "sluice; hit; ttl=-" + time.toSeconds());
    }

    /** Fetched by one flight: for the caller that started it, or for one that joined. */
    static CacheStatus stored(boolean collapsed) {
        return collapsed ? STORED_COLLAPSED : STORED;
    }

    /** Whether a {@code Warning} is due. */
    public boolean isStale() {
        return outcome == Outcome.STALE;
    }
}
