package io.sluice.gateway.pull;

import io.sluice.oci.Digest;
import io.sluice.oci.RangeRequest;
import java.util.function.Function;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * What a caller wants of a blob.
 *
 * @param target the repository
 * @param digest the blob
 * @param range what of it
 * @param writer what to do with it; the bytes are there until its Mono ends
 * @param writers where the answer begins that had to wait for its first byte: the event loop of the caller's connection
 */
public record Wanted(
        PullTarget target,
        Digest digest,
        RangeRequest range,
        Function<BlobAnswer, Mono<Void>> writer,
        Scheduler writers) {

    /** Whether it is all from some byte on. */
    boolean isOpenEnded() {
        return range.ranges().size() == 1
                && range.ranges().getFirst() instanceof RangeRequest.Spec.From from
                && from.last() == Long.MAX_VALUE;
    }

    /** The same, and something to be done before it is written. */
    Wanted before(Runnable begins) {
        return new Wanted(
                target,
                digest,
                range,
                answer -> {
                    begins.run();
                    return writer.apply(answer);
                },
                writers);
    }
}
