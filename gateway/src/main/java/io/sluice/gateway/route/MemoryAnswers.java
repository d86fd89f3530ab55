package io.sluice.gateway.route;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.sluice.gateway.metrics.Kind;
import io.sluice.gateway.metrics.PullRecord;
import io.sluice.gateway.pull.ManifestPull;
import io.sluice.gateway.pull.PullTarget;
import io.sluice.gateway.pull.PulledManifest;
import io.sluice.gateway.server.FastPath;
import io.sluice.oci.Accept;
import io.sluice.oci.DistributionRequest;
import io.sluice.oci.DistributionRequest.ManifestRequest;
import io.sluice.oci.DistributionRequestParser;
import io.sluice.oci.MalformedRequestException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The pulls that memory can answer: of manifests that are held, by tags that are fresh. They are answered by the same
 * routing, policy and rules of freshness as on the long way, and in the same words ({@link ManifestAnswer}); whatever is in
 * doubt goes that way.
 */
final class MemoryAnswers implements FastPath {

    /** The longest body, bytes. Most manifests and indexes are shorter; a socket takes as much at once. */
    private static final int MAX_BODY = 32 * 1024;

    private final CurrentRouting routes;
    private final ManifestPull pulls;
    private final BooleanSupplier othersMayAnswer;

    /** @param othersMayAnswer whether a request may be for a route that is not in our configuration */
    MemoryAnswers(CurrentRouting routes, ManifestPull pulls, BooleanSupplier othersMayAnswer) {
        this.routes = routes;
        this.pulls = pulls;
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
        Answer answer = parsed instanceof ManifestRequest pull && !othersMayAnswer.getAsBoolean()
                ? answer(pull, request)
                : null;
        if (answer == null) {
            new ParsedRequest(target, parsed).leaveWith(channel);
        }
        return answer;
    }

    private @Nullable Answer answer(ManifestRequest pull, HttpRequest request) {
        Routing.Active route = routes.get().answering(pull.repository()).orElse(null);
        if (route == null) {
            return null;
        }
        PullTarget target = route.target(pull.repository());
        boolean head = request.method().equals(HttpMethod.HEAD);
        Accept accept = Accept.parse(request.headers().getAll(HttpHeaderNames.ACCEPT));
        PulledManifest pulled = head
                ? pulls.headFromMemory(target, pull.reference(), accept)
                : pulls.getFromMemory(target, pull.reference(), accept);
        return pulled == null || !isShort(pulled, head) ? null : answer(pull, request, head, target, pulled);
    }

    private static boolean isShort(PulledManifest pulled, boolean head) {
        return head || pulled.manifest() == null || pulled.manifest().size() <= MAX_BODY;
    }

    private static Answer answer(
            ManifestRequest pull, HttpRequest request, boolean head, PullTarget target, PulledManifest pulled) {
        HttpHeaders headers =
                DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders();
        AnswerHeaders described = headers::add; // each is said once
        String namespace = pull.repository().namespace();
        if (namespace != null) {
            described.describeNamespace(namespace);
        }
        ManifestAnswer answer =
                ManifestAnswer.of(pulled, head, request.headers().getAll(HttpHeaderNames.IF_NONE_MATCH), described);
        PullRecord record = new PullRecord(
                target.upstream().route(),
                Kind.MANIFEST,
                target.name().text(),
                pulled.status().outcome());
        return new Answer(record, response(answer, headers));
    }

    private static FullHttpResponse response(ManifestAnswer answer, HttpHeaders headers) {
        ByteBuf body = answer.body() == null ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(answer.body());
        HttpResponseStatus status = HttpResponseStatus.valueOf(answer.status().value());
        return new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, body, headers, EmptyHttpHeaders.INSTANCE);
    }
}
