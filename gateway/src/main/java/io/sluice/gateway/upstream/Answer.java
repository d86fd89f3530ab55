package io.sluice.gateway.upstream;

import io.netty.handler.codec.http.HttpHeaders;
import java.util.Optional;

/**
 * What one host answered to one request.
 *
 * @param <T> what the reader makes of a success
 */
sealed interface Answer<T> {

    /**
     * A success, already read.
     *
     * @param value what the reader made of it; empty if its Mono was
     */
    record Read<T>(Optional<T> value) implements Answer<T> {}

    /**
     * Ask elsewhere.
     *
     * @param location the value of {@code Location}, as received
     */
    record Redirected<T>(String location) implements Answer<T> {

        @Override
        public String toString() {
            return "Redirected";
        }
    }

    /**
     * Any other status.
     *
     * @param status the status
     * @param headers the headers, as received
     */
    record Refused<T>(int status, HttpHeaders headers) implements Answer<T> {}
}
