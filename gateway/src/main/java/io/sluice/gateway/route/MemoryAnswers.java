package io.sluice.gateway.route;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.sluice.gateway.metrics.Kind;
import io.sluice.gateway.metrics.PullRecord;
import io.sluice.gateway.pull.BlobInMemory;
import io.sluice.gateway.pull.BlobPull;
import io.sluice.gateway.pull.CacheStatus;
import io.sluice.gateway.pull.ManifestPull;
import io.sluice.gateway.pull.PullTarget;
import io.sluice.gateway.pull.PulledManifest;
import io.sluice.gateway.pull.Pulls;
import io.sluice.gateway.server.FastPath;
import io.sluice.oci.Accept;
import io.sluice.oci.DistributionRequest;
import io.sluice.oci.DistributionRequest.BlobRequest;
import io.sluice.oci.DistributionRequest.ManifestRequest;
import io.sluice.oci.DistributionRequest.ReferrersRequest;
import io.sluice.oci.DistributionRequest.RepositoryRequest;
import io.sluice.oci.DistributionRequest.TagsRequest;
import io.sluice.oci.DistributionRequestParser;
import io.sluice.oci.MalformedRequestException;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The pulls that memory can answer: of manifests that are held, by tags that are fresh, and of small blobs. They are
 * answered by the same routing, policy and rules of freshness as on the long way, and in the same words
 * ({@link ContentAnswer}); whatever is in doubt goes that way.
 */
final class MemoryAnswers implements FastPath {

    /** The longest body, bytes. Most manifests and indexes are shorter; a socket takes as much at once. */
    private static final int MAX_BODY = 32 * 1024;

    private final CurrentRouting routes;
    private final ManifestPull manifests;
    private final BlobPull blobs;
    private final BooleanSupplier othersMayAnswer;

    /** @param othersMayAnswer whether a request may be for a route that is not in our configuration */
    MemoryAnswers(CurrentRouting routes, Pulls pulls, BooleanSupplier othersMayAnswer) {
        this.routes = routes;
        this.manifests = pulls.manifests();
        this.blobs = pulls.blobs();
        this.othersMayAnswer = othersMayAnswer;
    }

    /** What is malformed is refused on the long way, and so is a request that comes back to its own gateway. */
    @Override
    public @Nullable Answer find(Channel channel, HttpRequest request) {
        if (request.headers().contains(HttpHeaderNames.VIA)) {
            return null;
        }
        try {
            return find(channel, request, request.uri());
        } catch (MalformedRequestException refused) {
            return null;
        }
    }

    private @Nullable Answer find(Channel channel, HttpRequest request, String target) {
        int query = target.indexOf('?');
        String path = query < 0 ? target : target.substring(0, query);
        if (!DistributionRequestParser.claims(path)) {
            return null;
        }
        DistributionRequest parsed =
                DistributionRequestParser.parse(path, query < 0 ? null : target.substring(query + 1));
        Answer answer = parsed instanceof RepositoryRequest pull && !othersMayAnswer.getAsBoolean()
                ? answer(pull, request)
                : null;
        if (answer == null) {
            new ParsedRequest(target, parsed).leaveWith(channel);
        }
        return answer;
    }

    private @Nullable Answer answer(RepositoryRequest pull, HttpRequest request) {
        Routing.Active route = routes.get().answering(pull.repository()).orElse(null);
        if (route == null) {
            return null;
        }
        PullTarget target = route.target(pull.repository());
        return switch (pull) {
            case ManifestRequest manifest -> answer(manifest, target, request);
            case BlobRequest blob -> answer(blob, target, request);
            case TagsRequest ignored -> null;
            case ReferrersRequest ignored -> null;
        };
    }

    private @Nullable Answer answer(ManifestRequest pull, PullTarget target, HttpRequest request) {
        boolean head = isHead(request);
        Accept accept = Accept.parse(request.headers().getAll(HttpHeaderNames.ACCEPT));
        PulledManifest pulled = head
                ? manifests.headFromMemory(target, pull.reference(), accept)
                : manifests.getFromMemory(target, pull.reference(), accept);
        if (pulled == null || !isShort(pulled, head)) {
            return null;
        }
        HttpHeaders headers = headers(pull);
        ContentAnswer answer = ContentAnswer.of(pulled, head, known(request), headers::add);
        return answer(target, Kind.MANIFEST, pulled.status(), answer, headers);
    }

    private static boolean isShort(PulledManifest pulled, boolean head) {
        return head || pulled.manifest() == null || pulled.manifest().size() <= MAX_BODY;
    }

    private @Nullable Answer answer(BlobRequest pull, PullTarget target, HttpRequest request) {
        boolean whole = !request.headers().contains(HttpHeaderNames.RANGE);
        BlobInMemory blob = whole ? blobs.fromMemory(target, pull.digest()) : null;
        if (blob == null || blob.bytes().remaining() > MAX_BODY) {
            return null;
        }
        HttpHeaders headers = headers(pull);
        ContentAnswer answer = ContentAnswer.of(
                blob.digest(), blob.head(), isHead(request) ? null : blob.bytes(), known(request), headers::add);
        return answer(target, Kind.BLOB, blob.status(), answer, headers);
    }

    private static boolean isHead(HttpRequest request) {
        return request.method().equals(HttpMethod.HEAD);
    }

    private static List<String> known(HttpRequest request) {
        return request.headers().getAll(HttpHeaderNames.IF_NONE_MATCH);
    }

    /** For those of an answer, of which each is said once. */
    private static HttpHeaders headers(RepositoryRequest pull) {
        HttpHeaders headers =
                DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders();
        AnswerHeaders described = headers::add;
        String namespace = pull.repository().namespace();
        if (namespace != null) {
            described.describeNamespace(namespace);
        }
        return headers;
    }

    private static Answer answer(
            PullTarget target, Kind kind, CacheStatus cached, ContentAnswer answer, HttpHeaders headers) {
        PullRecord record =
                new PullRecord(target.upstream().route(), kind, target.name().text(), cached.outcome());
        ByteBuf body = answer.body() == null ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(answer.body());
        HttpResponseStatus status = HttpResponseStatus.valueOf(answer.status().value());
        return new Answer(
                record,
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, body, headers, EmptyHttpHeaders.INSTANCE));
    }
}
