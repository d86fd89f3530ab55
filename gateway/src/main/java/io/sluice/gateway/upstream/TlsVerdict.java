package io.sluice.gateway.upstream;

/**
 * What a look at a registry's TLS found.
 *
 * @param route the route
 * @param host the registry's host, with its port unless that is the usual one
 * @param state what was found
 * @param reason why it is so; empty if all is well
 */
public record TlsVerdict(String route, String host, State state, String reason) {

    /** What was found. */
    public enum State {
        /** The handshake was finished. */
        SECURE,

        /** There was an answer, and no handshake. */
        REFUSED,

        /** There was no connection, so nothing is known. */
        UNKNOWN
    }
}
