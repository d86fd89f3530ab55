package io.sluice.gateway.pull;

import io.sluice.cache.blob.BlobReader;
import reactor.core.publisher.Mono;

/** A blob that is there or arriving, for as many callers as want it. */
@FunctionalInterface
interface BlobSource {

    /** A reader of the caller's own, which the caller closes; empty when it is too late. */
    Mono<BlobReader> open();
}
