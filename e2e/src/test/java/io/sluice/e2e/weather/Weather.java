package io.sluice.e2e.weather;

/** How an upstream is at times. */
enum Weather {
    /** It answers. */
    FAIR,
    /** Every second request is answered 503. */
    FLAPPING,
    /** It takes requests and never answers. */
    STALLED,
    /** It answers 429, and says when to come back. */
    LIMITED,
    /** It tears every connection down. */
    RESETTING,
    /** It does not know the tokens any more that it gave out, and gives new ones. */
    FORGETFUL
}
