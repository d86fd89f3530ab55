package io.sluice.gateway.pull;

import io.sluice.cache.blob.BlobReader;
import io.sluice.gateway.pull.BlobUpstream.Opened;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/** Where the bytes of one fetch come from, one attempt after the other. */
interface BlobSupply {

    /** What takes the bytes of an attempt. */
    interface Receiver {

        /**
         * Takes them.
         *
         * @param answer what comes
         * @param proof keeps that the repository has the blob, for the first attempt; it can go on at the same time
         */
        Mono<Void> receive(Opened answer, Mono<Void> proof);
    }

    /**
     * Fetches what is missing.
     *
     * @param from the first byte that is wanted
     * @param size how long the blob is known to be, bytes, or -1
     * @return fails with what the upstream said, with what the receiver failed with, or with {@link
     *     io.sluice.gateway.cluster.ReplicaException} when the next attempt gets it from elsewhere
     */
    Mono<Void> attempt(long from, long size, Receiver receiver);

    /** It can be read from now on. */
    void landed(Supplier<Mono<BlobReader>> reader);

    /** All of it is there, verified, and kept. */
    Mono<Void> kept();

    /** What came is wrong; says whose fault it is. */
    void sentWrong(Throwable wrong, boolean areBytes);

    /** Nothing more is wanted. */
    void end();
}
