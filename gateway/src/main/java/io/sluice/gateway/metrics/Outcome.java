package io.sluice.gateway.metrics;

import java.util.Locale;

/** How a pull was answered. */
public enum Outcome {
    /** From the cache, no upstream call. */
    HIT,
    /** Fetched for this caller. */
    MISS,
    /** From the cache, older than it should be, because the upstream gave no answer, or none yet. */
    STALE,
    /** From the cache, after the upstream confirmed that it is current. */
    REVALIDATED,
    /** Fetched, but by a flight that another caller had started. */
    COLLAPSED,
    /** Not to be pulled by the configuration; answered like what does not exist. */
    DENIED,
    /** Not answered with content. */
    ERROR;

    /** The value of the tag {@code outcome}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
