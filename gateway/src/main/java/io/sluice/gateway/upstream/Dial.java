package io.sluice.gateway.upstream;

/** Which addresses a connection may be made to. */
enum Dial {
    /** Any, and our certificate is shown: the route's own registry. */
    REGISTRY,

    /** Any: the host is written in the configuration. */
    CONFIGURED,

    /** Public ones only: an upstream named the host. */
    PUBLIC
}
