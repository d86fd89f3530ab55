package io.sluice.gateway.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.sluice.gateway.error.PullException;
import io.sluice.gateway.error.UpstreamProtocolException;
import io.sluice.gateway.error.UpstreamStatusException;
import io.sluice.gateway.metrics.GatewayMetrics;
import io.sluice.oci.Digest;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A registry over HTTP: asks, proves who it is when challenged, and goes where it is redirected, hop by hop.
 *
 * <p>What a hop carries is made anew for each: only the registry's own origin gets an {@code Authorization} (T08).
 */
final class HttpRegistry implements Registry {

    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int MAX_RATE_LIMIT_DIGITS = 15;

    private final String route;
    private final Origin origin;
    private final Destinations destinations;
    private final Wire wire;
    private final Authorizer authorizer;
    private final GatewayMetrics metrics;

    HttpRegistry(String route, Destinations destinations, Wire wire, Authorizer authorizer, GatewayMetrics metrics) {
        this.route = route;
        this.origin = destinations.registry();
        this.destinations = destinations;
        this.wire = wire;
        this.authorizer = authorizer;
        this.metrics = metrics;
    }

    @Override
    public <T> Mono<T> send(RegistryRequest request, ResponseReader<T> reader) {
        return Mono.defer(() -> follow(Hop.first(origin, request), reader));
    }

    @Override
    public void distrust(Digest blob) {
        wire.distrust(blob);
    }

    private <T> Mono<T> follow(Hop hop, ResponseReader<T> reader) {
        return ask(hop, reader).flatMap(answer -> switch (answer) {
            case Answer.Read<T> read -> Mono.justOrEmpty(read.value());
            case Answer.Redirected<T> redirected -> follow(hop.redirected(redirected.location()), reader);
            case Answer.Refused<T> refused -> refused(hop, refused, reader);
        });
    }

    private <T> Mono<Answer<T>> ask(Hop hop, ResponseReader<T> reader) {
        Dial dial = destinations.dial(hop.url());
        if (!isAtRegistry(hop)) {
            return wire.exchange(hop.call(dial, Authorization.NONE), reader);
        }
        return authorizer
                .current(hop.request().repository())
                .flatMap(authorization -> askRegistry(hop, dial, authorization, reader)
                        .flatMap(answer -> authorizedAnew(hop, dial, authorization, answer, reader)));
    }

    /** A challenge is answered with a fresh authorization, once; where there is none to be had the answer stands (U16). */
    private <T> Mono<Answer<T>> authorizedAnew(
            Hop hop, Dial dial, Authorization rejected, Answer<T> answer, ResponseReader<T> reader) {
        if (!(answer instanceof Answer.Refused<T> refused)) {
            return Mono.just(answer);
        }
        return challenge(dial, rejected, refused)
                .flatMap(headers -> authorizer.renewed(headers, hop.request().repository(), rejected))
                .flatMap(authorization -> askRegistry(hop, dial, authorization, reader)
                        .doOnNext(second -> requireToken(authorization, second)))
                .defaultIfEmpty(answer);
    }

    private void requireToken(Authorization authorization, Answer<?> answer) {
        if (answer instanceof Answer.Refused<?> refused && refused.status() == UNAUTHORIZED) {
            authorizer.requireToken(authorization);
        }
    }

    /**
     * The headers of the 401 that a refusal amounts to, or empty. To a caller that did not say who it is some registries
     * deny that private content exists, and challenge only at their root.
     */
    private Mono<HttpHeaders> challenge(Dial dial, Authorization rejected, Answer.Refused<?> refused) {
        if (refused.status() == UNAUTHORIZED) {
            return Mono.just(refused.headers());
        }
        boolean denied = refused.status() == FORBIDDEN || refused.status() == NOT_FOUND;
        return denied && authorizer.couldSayMore(rejected) ? challengeOfRoot(dial) : Mono.empty();
    }

    private Mono<HttpHeaders> challengeOfRoot(Dial dial) {
        return wire.exchange(Call.ping(origin.resolve("/v2/"), dial), (head, body) -> Mono.empty())
                .mapNotNull(HttpRegistry::headersOfChallenge);
    }

    private static @Nullable HttpHeaders headersOfChallenge(Answer<?> answer) {
        return answer instanceof Answer.Refused<?> refused && refused.status() == UNAUTHORIZED
                ? refused.headers()
                : null;
    }

    private <T> Mono<Answer<T>> askRegistry(Hop hop, Dial dial, Authorization authorization, ResponseReader<T> reader) {
        return wire.exchange(hop.call(dial, authorization), (head, body) -> read(head, body, reader));
    }

    private <T> Mono<T> read(ResponseHead head, Flux<ByteBuf> body, ResponseReader<T> reader) {
        noteRateLimit(head.headers());
        return reader.read(head, body);
    }

    private <T> Mono<T> refused(Hop hop, Answer.Refused<T> refused, ResponseReader<T> reader) {
        int status = refused.status();
        if (isAtRegistry(hop)) {
            noteRateLimit(refused.headers());
            return Mono.error(status(hop, refused));
        }
        boolean expired = status == UNAUTHORIZED || status == FORBIDDEN;
        if (expired && !hop.reasked()) {
            return follow(hop.reask(origin), reader);
        }
        return Mono.error(ofRedirectTarget(hop, refused));
    }

    /**
     * Only the registry may say that content is unknown or forbidden; from another host the same statuses are a fault
     * (U26). What is said about the range or the load is taken from both.
     */
    private static PullException ofRedirectTarget(Hop hop, Answer.Refused<?> refused) {
        int status = refused.status();
        boolean aboutContent = status < 500 && status != 408 && status != 416 && status != 429;
        return aboutContent
                ? new UpstreamProtocolException(
                        "the redirect target " + hop.url().getHost() + " answered " + status)
                : status(hop, refused);
    }

    private static UpstreamStatusException status(Hop hop, Answer.Refused<?> refused) {
        HttpHeaders headers = refused.headers();
        return new UpstreamStatusException(
                hop.url().getHost(),
                refused.status(),
                RetryAfter.parse(headers.get(HttpHeaderNames.RETRY_AFTER), Instant.now()),
                refused.status() == 416 ? headers.get(HttpHeaderNames.CONTENT_RANGE) : null);
    }

    /** Docker Hub's {@code ratelimit-remaining: 76;w=21600}: 76 pulls are left of a window of 21,600 s. */
    private void noteRateLimit(HttpHeaders headers) {
        String value = headers.get("ratelimit-remaining");
        if (value == null) {
            return;
        }
        int digits = 0;
        while (digits < value.length() && value.charAt(digits) >= '0' && value.charAt(digits) <= '9') {
            digits++;
        }
        if (digits > 0 && digits <= MAX_RATE_LIMIT_DIGITS) {
            metrics.rateLimitRemaining(route, Long.parseLong(value.substring(0, digits)));
        }
    }

    private boolean isAtRegistry(Hop hop) {
        return Origin.of(hop.url()).equals(origin);
    }
}
