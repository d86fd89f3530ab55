package io.sluice.cache.blob;

import io.sluice.oci.Digest;
import reactor.core.publisher.Mono;

/** Keeps nothing: every blob is a miss, and none can be written. */
public class NoBlobs implements BlobStore {

    @Override
    public Mono<BlobReader> open(Digest digest) {
        return Mono.empty();
    }

    @Override
    public Mono<Long> size(Digest digest) {
        return Mono.empty();
    }

    @Override
    public Mono<BlobWriter> write(Digest digest) {
        return Mono.error(() -> new BlobStoreException("no blobs are kept"));
    }

    @Override
    public void pin(Digest digest) {
        // nothing leaves, as nothing comes
    }

    @Override
    public Mono<Void> remove(Digest digest) {
        return Mono.empty();
    }

    @Override
    public BlobUsage usage() {
        return new BlobUsage(0, 0, 0, 0, 0, 0, 0);
    }
}
