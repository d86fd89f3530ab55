package io.sluice.gateway.pull;

import io.sluice.cache.blob.BlobReader;
import io.sluice.oci.Digest;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/**
 * All bytes come from the upstream.
 *
 * @param upstream the upstream
 * @param target the repository
 * @param digest the blob
 * @param named the length that a manifest names, bytes, or -1
 */
record UpstreamSupply(BlobUpstream upstream, PullTarget target, Digest digest, long named) implements BlobSupply {

    @Override
    public Mono<Void> attempt(long from, long size, Receiver receiver) {
        return upstream.from(
                target,
                digest,
                from,
                size,
                answer -> receiver.receive(answer, upstream.prove(target, digest, answer.size(), named)));
    }

    @Override
    public void landed(Supplier<Mono<BlobReader>> reader) {
        // nobody but this replica reads it
    }

    @Override
    public Mono<Void> kept() {
        return Mono.empty();
    }

    @Override
    public void sentWrong(Throwable wrong, boolean areBytes) {
        if (areBytes) {
            upstream.sentWrong(target, digest, wrong);
        } else {
            upstream.rejected(target, wrong);
        }
    }

    @Override
    public void end() {
        // nothing was taken
    }
}
