package io.sluice.gateway.upstream;

import io.netty.buffer.ByteBuf;
import io.sluice.gateway.error.PullException;
import io.sluice.gateway.error.UpstreamCredentialsException;
import io.sluice.gateway.error.UpstreamStatusException;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Asks token endpoints for tokens. A redirect of one is refused: it would carry the credential on (T04). */
final class TokenEndpoint {

    /** The largest answer, bytes. */
    private static final int MAX_BODY_BYTES = 64 * 1_024;

    /** For the whole call; a token endpoint that drips is as good as one that is down. */
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Wire wire;

    TokenEndpoint(Wire wire) {
        this.wire = wire;
    }

    /**
     * Fetches a token.
     *
     * @param key what for
     * @param dial which addresses may be dialled
     * @param authorization the credential, or none for an anonymous token
     * @param backoff the wait that was asked for with a 429; until it is over the endpoint is not asked
     * @return the token; fails with an {@link UpstreamStatusException} of 429 while it is to be waited for, and with
     *     {@link UpstreamCredentialsException} whatever else went wrong
     */
    Mono<TokenAnswer> fetch(TokenKey key, Dial dial, Authorization authorization, Backoff backoff) {
        return Mono.defer(() -> backoff.isOver()
                ? ask(key, dial, authorization, backoff)
                : Mono.error(limited(key.realm().getHost(), backoff)));
    }

    private Mono<TokenAnswer> ask(TokenKey key, Dial dial, Authorization authorization, Backoff backoff) {
        String host = key.realm().getHost();
        return wire.exchange(Call.token(key.url(), dial, authorization), (head, body) -> gather(host, body))
                .map(answer -> token(host, answer, backoff))
                .timeout(LIMIT)
                .onErrorMap(failure -> explain(host, failure));
    }

    private static TokenAnswer token(String host, Answer<byte[]> answer, Backoff backoff) {
        if (!backoff.note(answer)) {
            throw limited(host, backoff);
        }
        return switch (answer) {
            case Answer.Read<byte[]> read -> parse(host, read.value().orElseThrow());
            case Answer.Redirected<byte[]> ignored ->
                throw new UpstreamCredentialsException("the token endpoint " + host + " redirected, which is refused");
            case Answer.Refused<byte[]> refused ->
                throw new UpstreamCredentialsException("the token endpoint " + host + " answered " + refused.status());
        };
    }

    private static UpstreamStatusException limited(String host, Backoff backoff) {
        return new UpstreamStatusException(host, 429, backoff.left(), null);
    }

    private static TokenAnswer parse(String host, byte[] body) {
        TokenAnswer token = TokenAnswer.parse(body);
        if (token == null) {
            throw new UpstreamCredentialsException("the token endpoint " + host + " answered without a token");
        }
        return token;
    }

    private static Mono<byte[]> gather(String host, Flux<ByteBuf> body) {
        return body.collect(ByteArrayOutputStream::new, (gathered, buffer) -> append(host, gathered, buffer))
                .map(ByteArrayOutputStream::toByteArray);
    }

    private static void append(String host, ByteArrayOutputStream gathered, ByteBuf buffer) {
        if (gathered.size() + buffer.readableBytes() > MAX_BODY_BYTES) {
            throw new UpstreamCredentialsException(
                    "the token endpoint " + host + " answered with more than " + MAX_BODY_BYTES + " bytes");
        }
        byte[] bytes = new byte[buffer.readableBytes()];
        buffer.getBytes(buffer.readerIndex(), bytes);
        gathered.writeBytes(bytes);
    }

    private static PullException explain(String host, Throwable failure) {
        return switch (failure) {
            case UpstreamCredentialsException e -> e;
            case UpstreamStatusException e -> e;
            case TimeoutException ignored ->
                new UpstreamCredentialsException(
                        "the token endpoint " + host + " gave no token within " + LIMIT.toMillis() + " ms");
            case PullException e ->
                new UpstreamCredentialsException("the token endpoint gave no token: " + e.getMessage());
            default -> new UpstreamCredentialsException("the token endpoint " + host + " gave no token");
        };
    }
}
