package io.sluice.gateway.pull;

import io.netty.buffer.ByteBuf;
import io.sluice.cache.manifest.Manifest;
import io.sluice.cache.manifest.ManifestDescriptor;
import io.sluice.cache.manifest.Proof;
import io.sluice.gateway.error.InvalidContentException;
import io.sluice.gateway.error.UpstreamStatusException;
import io.sluice.gateway.metrics.GatewayMetrics;
import io.sluice.gateway.metrics.Kind;
import io.sluice.gateway.upstream.RegistryRequest;
import io.sluice.gateway.upstream.RegistryRequest.Method;
import io.sluice.gateway.upstream.ResponseHead;
import io.sluice.oci.Accept;
import io.sluice.oci.Digest;
import io.sluice.oci.MalformedRequestException;
import io.sluice.oci.MediaTypes;
import io.sluice.oci.Reference;
import io.sluice.oci.Tag;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Manifests at the upstream: asked for by HEAD, fetched by GET. What is fetched is verified before anyone sees it: the
 * digest against the request and against {@code Docker-Content-Digest}, the media type against the document (T03, U12,
 * U14).
 */
final class ManifestUpstream {

    /** By digest the content is fixed, so everything is acceptable; some registries answer 404 to a shorter list. */
    private static final String EVERYTHING =
            Accept.ANY.headerValue() + ", " + MediaTypes.DOCKER_SCHEMA1 + ", application/json;q=0.2, */*;q=0.1";

    private final ByteBudget budget;
    private final GatewayMetrics metrics;
    private final Clock clock;

    ManifestUpstream(ByteBudget budget, GatewayMetrics metrics, Clock clock) {
        this.budget = budget;
        this.metrics = metrics;
        this.clock = clock;
    }

    /** A verified manifest by its digest. */
    Mono<VerifiedManifest> getByDigest(PullTarget target, Digest digest) {
        return get(target, digest, EVERYTHING, digest);
    }

    /** A verified manifest by a tag; its digest is the one that the upstream gave, or sha256. */
    Mono<VerifiedManifest> getByTag(PullTarget target, Tag tag, Accept accept) {
        return get(target, tag, accept.headerValue(), null);
    }

    /** What a tag points to, or empty where the answer lacks a digest, a type or a length, or HEAD is not served. */
    Mono<ManifestDescriptor> headByTag(PullTarget target, Tag tag, Accept accept) {
        RegistryRequest request = RegistryRequest.manifest(Method.HEAD, target.name(), tag, accept.headerValue());
        return target.upstream()
                .registry()
                .send(
                        request,
                        (head, body) -> Mono.justOrEmpty(head.header("Content-Type"))
                                .map(contentType -> mediaType(head))
                                .mapNotNull(mediaType -> descriptor(head, mediaType)))
                .onErrorResume(ManifestUpstream::isWithoutHead, failure -> Mono.empty());
    }

    private static boolean isWithoutHead(Throwable failure) {
        return failure instanceof UpstreamStatusException answer && (answer.status() == 405 || answer.status() == 501);
    }

    /** The upstream's yes for a manifest, with what it says of it. */
    Mono<Proof> headByDigest(PullTarget target, Digest digest) {
        RegistryRequest request = RegistryRequest.manifest(Method.HEAD, target.name(), digest, EVERYTHING);
        return target.upstream()
                .registry()
                .send(request, (head, body) -> Mono.fromSupplier(() -> proofOf(digest, head)));
    }

    private Proof proofOf(Digest digest, ResponseHead head) {
        Digest announced = announcedDigest(head);
        if (announced != null && announced.algorithm() == digest.algorithm() && !announced.equals(digest)) {
            throw new InvalidContentException("asked for " + digest + " the upstream names " + announced);
        }
        String mediaType = head.header("Content-Type") == null ? null : mediaType(head);
        return new Proof(clock.instant(), mediaType, head.contentLength());
    }

    private Mono<VerifiedManifest> get(
            PullTarget target, Reference reference, String accept, @Nullable Digest expected) {
        RegistryRequest request = RegistryRequest.manifest(Method.GET, target.name(), reference, accept);
        return target.upstream()
                .registry()
                .send(request, (head, body) -> read(head, body))
                .publishOn(Schedulers.parallel())
                .map(answer -> verify(target, answer, expected));
    }

    private Mono<Answer> read(ResponseHead head, Flux<ByteBuf> body) {
        String mediaType = mediaType(head);
        if (head.contentLength() > Manifest.MAX_SIZE) {
            return Mono.error(new InvalidContentException("the upstream announces a manifest of " + head.contentLength()
                    + " bytes, at most " + Manifest.MAX_SIZE + " are taken"));
        }
        return ManifestTee.gather(body, budget)
                .map(bytes -> new Answer(mediaType, announcedDigest(head), keptHeaders(head), bytes));
    }

    private VerifiedManifest verify(PullTarget target, Answer answer, @Nullable Digest expected) {
        metrics.fetched(target.upstream().route(), Kind.MANIFEST, answer.bytes.length);
        try {
            return VerifiedManifest.of(
                    expected, answer.announced, answer.mediaType, answer.bytes, answer.headers, clock.instant());
        } catch (InvalidContentException e) {
            metrics.rejectedContent(target.upstream().route(), Kind.MANIFEST);
            throw e;
        }
    }

    /** The media type of an answer; a page of a captive portal is not a manifest (U14). */
    private static String mediaType(ResponseHead head) {
        String contentType = head.header("Content-Type");
        String mediaType = contentType == null ? "" : MediaTypes.withoutParameters(contentType);
        if (!MediaTypes.canBeManifest(mediaType)) {
            throw new InvalidContentException(
                    "the upstream sent '" + mediaType + "' where a manifest's media type was expected");
        }
        return mediaType;
    }

    private static @Nullable ManifestDescriptor descriptor(ResponseHead head, String mediaType) {
        Digest digest = announcedDigest(head);
        long length = head.contentLength();
        return digest == null || length < 0 ? null : new ManifestDescriptor(digest, mediaType, length);
    }

    /** {@code Docker-Content-Digest}, or null where it is absent or no digest. */
    private static @Nullable Digest announcedDigest(ResponseHead head) {
        String value = head.header("Docker-Content-Digest");
        if (value == null) {
            return null;
        }
        try {
            return Digest.parse(value.strip());
        } catch (MalformedRequestException e) {
            return null;
        }
    }

    private static Map<String, String> keptHeaders(ResponseHead head) {
        Map<String, String> kept = new HashMap<>();
        String lastModified = head.header("Last-Modified");
        if (lastModified != null && lastModified.length() <= 64) {
            kept.put("last-modified", lastModified);
        }
        return kept;
    }

    /** What was read of an answer; never compared. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Answer(String mediaType, @Nullable Digest announced, Map<String, String> headers, byte[] bytes) {}
}
