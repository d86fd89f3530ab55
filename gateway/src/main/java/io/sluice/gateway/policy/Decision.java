package io.sluice.gateway.policy;

import java.util.Locale;

/** Whether something may be pulled. */
public sealed interface Decision {

    /** It may. */
    Decision ALLOW = new Allow();

    /** It may be pulled. */
    record Allow() implements Decision {}

    /**
     * It may not be pulled, which to a client looks as if it did not exist.
     *
     * @param reason why
     */
    record Deny(Reason reason) implements Decision {}

    /** Why something may not be pulled. */
    enum Reason {
        /** A pattern of {@code deny} names the repository. */
        REPOSITORY_DENIED,
        /** A pattern of {@code deny} names the tag, or the only tags that are known to lead to the digest. */
        TAG_DENIED,
        /** There are patterns of {@code allow}, and none of them names it. */
        NOT_ALLOWED,
        /** Only tags of the repository are allowed, and none of them has led to the digest yet. */
        NO_TAG_LED_HERE;

        /** The value of the tag {@code reason}. */
        public String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
