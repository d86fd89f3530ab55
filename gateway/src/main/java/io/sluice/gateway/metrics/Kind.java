package io.sluice.gateway.metrics;

import java.util.Locale;

/** What is pulled. */
public enum Kind {
    MANIFEST,
    BLOB,
    TAGS,
    REFERRERS;

    /** The value of the tag {@code kind}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
