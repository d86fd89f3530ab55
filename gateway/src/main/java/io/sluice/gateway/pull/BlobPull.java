package io.sluice.gateway.pull;

import io.netty.buffer.ByteBuf;
import io.sluice.cache.manifest.Proof;
import io.sluice.gateway.error.InvalidContentException;
import io.sluice.gateway.error.UpstreamProtocolException;
import io.sluice.gateway.error.UpstreamStatusException;
import io.sluice.gateway.metrics.GatewayMetrics;
import io.sluice.gateway.metrics.Kind;
import io.sluice.gateway.upstream.RegistryRequest;
import io.sluice.gateway.upstream.RegistryRequest.Method;
import io.sluice.gateway.upstream.ResponseHead;
import io.sluice.oci.Digest;
import io.sluice.oci.MediaTypes;
import io.sluice.oci.RangeRequest;
import java.time.Clock;
import java.util.Locale;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The story of a blob: it streams from the upstream to the caller with back-pressure. A whole blob is verified while it
 * passes; a range is relayed as the upstream gives it, which cannot be verified and is counted.
 */
public final class BlobPull {

    private static final String FIRST_BYTE = "bytes=0-0";

    private final RepositoryAccess access;
    private final GatewayMetrics metrics;
    private final Clock clock;

    BlobPull(RepositoryAccess access, GatewayMetrics metrics, Clock clock) {
        this.access = access;
        this.metrics = metrics;
        this.clock = clock;
    }

    /** What the headers of a blob say: what the upstream said a moment ago, or says to a HEAD. */
    public Mono<BlobHead> head(PullTarget target, Digest digest) {
        return access.describe(target, digest, () -> ask(target, digest), BlobPull::saysHowLong)
                .map(grant -> new BlobHead(grant.proof().size(), grant.ofHeaders()));
    }

    /**
     * A blob, or a range of it.
     *
     * @param range what of it
     * @param writer what to do with it; the connection to the upstream is held until its Mono ends
     */
    public Mono<Void> get(
            PullTarget target, Digest digest, RangeRequest range, Function<BlobAnswer, Mono<Void>> writer) {
        RegistryRequest request =
                RegistryRequest.blob(Method.GET, target.name(), digest, range.isWhole() ? null : range.headerValue());
        return target.upstream()
                .registry()
                .send(request, (head, body) -> answer(target, digest, head, body, writer))
                .onErrorResume(
                        UpstreamStatusException.class,
                        failure -> access.revokeAfter(failure, target, digest).then(Mono.error(failure)));
    }

    private Mono<Void> answer(
            PullTarget target,
            Digest digest,
            ResponseHead head,
            Flux<ByteBuf> body,
            Function<BlobAnswer, Mono<Void>> writer) {
        String route = target.upstream().route();
        Flux<ByteBuf> counted = body.doOnNext(chunk -> metrics.fetched(route, Kind.BLOB, chunk.readableBytes()));
        if (head.status() == 206) {
            metrics.unverified(route);
            return Mono.defer(() -> writer.apply(partial(digest, head, counted)));
        }
        return Mono.using(
                () -> new HeldBackTail(digest),
                tail -> writer.apply(whole(route, digest, head, tail.verify(counted))),
                HeldBackTail::close);
    }

    private BlobAnswer whole(String route, Digest digest, ResponseHead head, Flux<ByteBuf> verified) {
        Flux<ByteBuf> watched = verified.doOnError(
                InvalidContentException.class, mismatch -> metrics.rejectedContent(route, Kind.BLOB));
        return new BlobAnswer.Passing(
                digest, CacheStatus.MISS, false, head.contentLength(), MediaTypes.OCTET_STREAM, null, watched);
    }

    private static BlobAnswer partial(Digest digest, ResponseHead head, Flux<ByteBuf> body) {
        Flux<ByteBuf> owned = body.map(ByteBuf::retain);
        String contentType = head.header("Content-Type");
        if (contentType != null && contentType.toLowerCase(Locale.ROOT).startsWith("multipart/byteranges")) {
            return new BlobAnswer.Passing(
                    digest, CacheStatus.MISS, true, head.contentLength(), contentType, null, owned);
        }
        String contentRange = head.header("Content-Range");
        if (contentRange == null || ContentRange.parse(contentRange) == null) {
            throw new UpstreamProtocolException("the upstream sent a range without saying which");
        }
        return new BlobAnswer.Passing(
                digest, CacheStatus.MISS, true, head.contentLength(), MediaTypes.OCTET_STREAM, contentRange, owned);
    }

    /** Whether a proof is about a blob. */
    static boolean isOfBlob(Proof proof) {
        return MediaTypes.OCTET_STREAM.equals(proof.mediaType());
    }

    private static boolean saysHowLong(Proof proof) {
        return isOfBlob(proof) && proof.size() >= 0;
    }

    private Mono<Proof> ask(PullTarget target, Digest digest) {
        return target.upstream()
                .registry()
                .send(
                        RegistryRequest.blob(Method.HEAD, target.name(), digest, null),
                        (head, body) -> Mono.just(proof(head.contentLength())))
                .onErrorResume(BlobPull::isUnauthorized, refused -> askForTheFirstByte(target, digest));
    }

    /** Some registries answer 401 to a HEAD of a blob in spite of a fresh token, but not to a GET (distribution#4383). */
    private Mono<Proof> askForTheFirstByte(PullTarget target, Digest digest) {
        return target.upstream()
                .registry()
                .send(
                        RegistryRequest.blob(Method.GET, target.name(), digest, FIRST_BYTE),
                        (head, body) -> Mono.just(proof(sizeOfWhole(head))));
    }

    private static long sizeOfWhole(ResponseHead head) {
        if (head.status() != 206) {
            return head.contentLength();
        }
        String value = head.header("Content-Range");
        ContentRange range = value == null ? null : ContentRange.parse(value);
        return range == null ? -1 : range.size();
    }

    private Proof proof(long size) {
        return new Proof(clock.instant(), MediaTypes.OCTET_STREAM, size);
    }

    private static boolean isUnauthorized(Throwable failure) {
        return failure instanceof UpstreamStatusException answer && answer.status() == 401;
    }
}
