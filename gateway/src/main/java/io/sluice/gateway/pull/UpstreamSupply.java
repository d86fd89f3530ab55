package io.sluice.gateway.pull;

import io.sluice.cache.blob.BlobReader;
import io.sluice.gateway.pull.BlobUpstream.Opened;
import io.sluice.oci.Digest;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/**
 * All bytes come from the upstream.
 *
 * @param upstream the upstream
 * @param target the repository
 * @param digest the blob
 * @param named the length that a manifest names, bytes, or -1; its upstream is asked before it is known
 */
record UpstreamSupply(BlobUpstream upstream, PullTarget target, Digest digest, Mono<Long> named) implements BlobSupply {

    @Override
    public Mono<Void> attempt(long from, long size, Receiver receiver) {
        return upstream.from(
                target,
                digest,
                from,
                size,
                answer -> named.flatMap(known -> received(answer.ofLength(known), known, receiver)));
    }

    private Mono<Void> received(Opened answer, long known, Receiver receiver) {
        return receiver.receive(answer, upstream.prove(target, digest, answer.size(), known));
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
