package io.sluice.gateway.pull;

import io.netty.buffer.ByteBuf;
import io.sluice.gateway.error.InvalidContentException;
import io.sluice.gateway.error.UpstreamProtocolException;
import io.sluice.gateway.metrics.GatewayMetrics;
import io.sluice.gateway.pull.BlobUpstream.Opened;
import io.sluice.gateway.upstream.ResponseHead;
import io.sluice.oci.ByteRange;
import io.sluice.oci.MediaTypes;
import io.sluice.oci.RangeRequest.Selection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Blobs that pass through with back-pressure and are not kept. A whole one is verified while it passes; a range is relayed
 * as the upstream gives it, which cannot be verified and is counted.
 */
final class BlobRelay {

    private static final int PARTIAL_CONTENT = 206;
    private static final String MULTIPART = "multipart/byteranges";

    private final BlobUpstream upstream;
    private final RepositoryAccess access;
    private final GatewayMetrics metrics;

    BlobRelay(BlobUpstream upstream, RepositoryAccess access, GatewayMetrics metrics) {
        this.upstream = upstream;
        this.access = access;
        this.metrics = metrics;
    }

    /** A blob that cannot be kept, or some of it; each caller's comes by itself, and none waits for another's (G15). */
    Mono<Void> pass(Wanted wanted) {
        String range = wanted.range().isWhole() ? null : wanted.range().headerValue();
        return access.namedSize(wanted.target(), wanted.digest())
                .flatMap(named -> upstream.get(
                        wanted.target(), wanted.digest(), range, (head, body) -> passed(wanted, head, body, named)));
    }

    private Mono<Void> passed(Wanted wanted, ResponseHead head, Flux<ByteBuf> body, long named) {
        metrics.uncachedBlob(route(wanted));
        return head.status() == PARTIAL_CONTENT
                ? part(wanted, head, body)
                : whole(wanted, BlobUpstream.opened(head, body, 0, named), named);
    }

    /**
     * Some of a blob, by a request of its own.
     *
     * @return whether the upstream gives ranges; if it does not, nothing was written
     */
    Mono<Boolean> range(Wanted wanted) {
        return upstream.get(
                wanted.target(),
                wanted.digest(),
                wanted.range().headerValue(),
                (head, body) -> head.status() == PARTIAL_CONTENT
                        ? part(wanted, head, body).thenReturn(true)
                        : Mono.just(false));
    }

    private Mono<Void> whole(Wanted wanted, Opened answer, long named) {
        Mono<Void> written = Mono.using(
                () -> new HeldBackTail(wanted.digest()),
                tail -> wanted.writer().apply(whole(wanted, answer, tail)),
                HeldBackTail::close);
        return upstream.prove(wanted.target(), wanted.digest(), answer.size(), named)
                .then(written);
    }

    private BlobAnswer whole(Wanted wanted, Opened answer, HeldBackTail tail) {
        Flux<ByteBuf> all = upstream.resumed(wanted.target(), wanted.digest(), answer.body(), 0, answer.size());
        Flux<ByteBuf> body = tail.verify(noMoreThan(answer.size(), all))
                .doOnError(
                        InvalidContentException.class,
                        wrong -> upstream.sentWrong(wanted.target(), wanted.digest(), wrong));
        return new BlobAnswer.Passing(
                wanted.digest(), CacheStatus.MISS, false, answer.size(), MediaTypes.OCTET_STREAM, null, body);
    }

    private Mono<Void> part(Wanted wanted, ResponseHead head, Flux<ByteBuf> body) {
        BlobAnswer answer = isMultipart(head) ? parts(wanted, head, body) : onePart(wanted, head, body);
        metrics.unverified(route(wanted));
        return wanted.writer().apply(answer);
    }

    private static boolean isMultipart(ResponseHead head) {
        String contentType = head.header("Content-Type");
        return contentType != null && contentType.toLowerCase(Locale.ROOT).startsWith(MULTIPART);
    }

    private static BlobAnswer parts(Wanted wanted, ResponseHead head, Flux<ByteBuf> body) {
        return new BlobAnswer.Passing(
                wanted.digest(),
                CacheStatus.MISS,
                true,
                head.contentLength(),
                String.valueOf(head.header("Content-Type")),
                null,
                body.map(ByteBuf::retain));
    }

    /** One range, if it is the one that was asked for (U30). */
    private static BlobAnswer onePart(Wanted wanted, ResponseHead head, Flux<ByteBuf> body) {
        ContentRange part = ContentRange.of(head);
        if (part == null || !isAskedFor(wanted, part)) {
            throw new UpstreamProtocolException("the upstream sent " + (part == null ? "an unknown range" : part)
                    + " where " + wanted.range().headerValue() + " was asked for");
        }
        ByteRange range = part.range();
        if (head.contentLength() >= 0 && head.contentLength() != range.length()) {
            throw new UpstreamProtocolException(
                    "the upstream announces " + head.contentLength() + " bytes for the range " + part);
        }
        return new BlobAnswer.Passing(
                wanted.digest(),
                CacheStatus.MISS,
                true,
                range.length(),
                MediaTypes.OCTET_STREAM,
                range.contentRange(part.size()),
                exactly(range.length(), body).map(ByteBuf::retain));
    }

    private static boolean isAskedFor(Wanted wanted, ContentRange part) {
        return part.size() >= 0
                && wanted.range().select(part.size()).equals(new Selection.Parts(List.of(part.range())));
    }

    /** The same body, which fails as soon as it is too long (T15). */
    private static Flux<ByteBuf> noMoreThan(long size, Flux<ByteBuf> body) {
        long most = size < 0 ? BlobFeed.MAX_SIZE : size;
        return Flux.defer(() -> {
            AtomicLong left = new AtomicLong(most);
            return body.doOnNext(chunk -> take(chunk, left, most));
        });
    }

    /** The same body, which fails when it is too long or too short. */
    private static Flux<ByteBuf> exactly(long length, Flux<ByteBuf> body) {
        return Flux.defer(() -> {
            AtomicLong left = new AtomicLong(length);
            return body.doOnNext(chunk -> take(chunk, left, length)).concatWith(Mono.defer(() -> none(left, length)));
        });
    }

    private static void take(ByteBuf chunk, AtomicLong left, long most) {
        if (left.addAndGet(-chunk.readableBytes()) < 0) {
            throw new UpstreamProtocolException("the upstream sent more than " + most + " bytes");
        }
    }

    private static Mono<ByteBuf> none(AtomicLong left, long length) {
        return left.get() == 0
                ? Mono.empty()
                : Mono.error(new UpstreamProtocolException("the upstream sent fewer than " + length + " bytes"));
    }

    private static String route(Wanted wanted) {
        return wanted.target().upstream().route();
    }
}
