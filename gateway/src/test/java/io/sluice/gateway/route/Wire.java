package io.sluice.gateway.route;

/** How a client is connected. */
enum Wire {
    CLEAR,
    TLS
}
