package io.sluice.gateway.upstream;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.sluice.gateway.error.PullException;
import io.sluice.gateway.error.UpstreamCredentialsException;
import io.sluice.gateway.error.UpstreamProtocolException;
import io.sluice.gateway.error.UpstreamStatusException;
import io.sluice.gateway.metrics.UpstreamMetrics;
import io.sluice.oci.Digest;
import io.sluice.oci.RepositoryName;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
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
    private static final int TOO_MANY_REQUESTS = 429;

    private final String route;
    private final Origin origin;
    private final Destinations destinations;
    private final Wire wire;
    private final Accounts accounts;
    private final UpstreamMetrics metrics;

    HttpRegistry(String route, Destinations destinations, Wire wire, Accounts accounts, UpstreamMetrics metrics) {
        this.route = route;
        this.origin = destinations.registry();
        this.destinations = destinations;
        this.wire = wire;
        this.accounts = accounts;
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

    @Override
    public OptionalDouble budgetLeft() {
        return accounts.budgetLeft();
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
        return isAtRegistry(hop) ? askAsBest(hop, dial, Set.of(), reader) : askElsewhere(hop, dial, reader);
    }

    private <T> Mono<Answer<T>> askElsewhere(Hop hop, Dial dial, ResponseReader<T> reader) {
        Backoff backoff = wire.backoff(hop.url());
        if (!backoff.isOver()) {
            return Mono.error(spared(hop.url().getHost(), backoff.left()));
        }
        return wire.exchange(hop.call(dial, Authorization.NONE), reader).doOnNext(backoff::note);
    }

    /**
     * Asks as the account that has most left. One that turns out to have used up what it has, or whose credential turns out
     * to be of no use, makes way for the next, never for nobody; while all are to wait the registry is not asked (U22).
     */
    private <T> Mono<Answer<T>> askAsBest(Hop hop, Dial dial, Set<Account> passed, ResponseReader<T> reader) {
        Optional<Account> best = accounts.best(passed);
        if (best.isEmpty()) {
            return Mono.error(spared(origin.host(), accounts.toWait()));
        }
        Account account = best.get();
        return askAs(account, hop, dial, reader)
                .map(answer -> new Asked<T>(Mono.just(answer), isLimited(answer)))
                .onErrorResume(
                        UpstreamCredentialsException.class, rejected -> Mono.just(Asked.rejected(account, rejected)))
                .onErrorResume(
                        TokensLimitedException.class,
                        limited -> Mono.just(new Asked<>(Mono.error(limited.failure()), true)))
                .flatMap(asked -> asked.makesWay
                        ? askAsAnother(hop, dial, account, passed, asked.outcome, reader)
                        : asked.outcome);
    }

    /**
     * What came of asking as one account.
     *
     * @param outcome it
     * @param makesWay whether another account may fare better
     */
    private record Asked<T>(Mono<Answer<T>> outcome, boolean makesWay) {

        static <T> Asked<T> rejected(Account account, UpstreamCredentialsException failure) {
            account.setAside();
            return new Asked<>(Mono.error(failure), true);
        }
    }

    private <T> Mono<Answer<T>> askAsAnother(
            Hop hop,
            Dial dial,
            Account limited,
            Set<Account> passed,
            Mono<Answer<T>> otherwise,
            ResponseReader<T> reader) {
        Set<Account> all = Stream.concat(passed.stream(), Stream.of(limited)).collect(Collectors.toSet());
        if (accounts.best(all).isEmpty()) {
            return otherwise;
        }
        metrics.retry(route, "another_account");
        return askAsBest(hop, dial, all, reader);
    }

    private <T> Mono<Answer<T>> askAs(Account account, Hop hop, Dial dial, ResponseReader<T> reader) {
        return account.authorizer()
                .current(hop.request().repository())
                .onErrorMap(HttpRegistry::isOfTokens, TokensLimitedException::new)
                .flatMap(authorization -> askRegistry(hop, dial, account, authorization, reader)
                        .flatMap(answer -> authorizedAnew(hop, dial, account, authorization, answer, reader)));
    }

    private static boolean isOfTokens(Throwable failure) {
        return failure instanceof UpstreamStatusException answer && answer.status() == TOO_MANY_REQUESTS;
    }

    private static boolean isLimited(Answer<?> answer) {
        return answer instanceof Answer.Refused<?> refused && refused.status() == TOO_MANY_REQUESTS;
    }

    /** The 429 that stands: nobody is asked while it does. */
    private UpstreamStatusException spared(String host, Duration wait) {
        metrics.rejection(route, "rate_limited");
        return new UpstreamStatusException(host, TOO_MANY_REQUESTS, wait, null);
    }

    /** A challenge is answered with a fresh authorization, once; where there is none to be had the answer stands (U16). */
    private <T> Mono<Answer<T>> authorizedAnew(
            Hop hop, Dial dial, Account account, Authorization rejected, Answer<T> answer, ResponseReader<T> reader) {
        Authorizer authorizer = account.authorizer();
        RepositoryName repository = hop.request().repository();
        if (!(answer instanceof Answer.Refused<T> refused)) {
            return Mono.just(answer);
        }
        return challenge(dial, authorizer, rejected, refused)
                .flatMap(headers -> authorizer.renewed(headers, repository, rejected))
                .onErrorMap(HttpRegistry::isOfTokens, TokensLimitedException::new)
                .flatMap(authorization -> askRegistry(hop, dial, account, authorization, reader)
                        .doOnNext(second -> requireToken(authorizer, authorization, repository, second)))
                .defaultIfEmpty(answer);
    }

    private static void requireToken(
            Authorizer authorizer, Authorization authorization, RepositoryName repository, Answer<?> answer) {
        if (answer instanceof Answer.Refused<?> refused && refused.status() == UNAUTHORIZED) {
            authorizer.requireToken(authorization, repository);
        }
    }

    /**
     * The headers of the 401 that a refusal amounts to, or empty. To a caller that did not say who it is some registries
     * deny that private content exists, and challenge only at their root.
     */
    private Mono<HttpHeaders> challenge(
            Dial dial, Authorizer authorizer, Authorization rejected, Answer.Refused<?> refused) {
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

    private <T> Mono<Answer<T>> askRegistry(
            Hop hop, Dial dial, Account account, Authorization authorization, ResponseReader<T> reader) {
        return wire.exchange(hop.call(dial, authorization), (head, body) -> {
                    account.accepted(head.headers());
                    return reader.read(head, body);
                })
                .doOnNext(account::note);
    }

    private <T> Mono<T> refused(Hop hop, Answer.Refused<T> refused, ResponseReader<T> reader) {
        int status = refused.status();
        if (isAtRegistry(hop)) {
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
    private PullException ofRedirectTarget(Hop hop, Answer.Refused<?> refused) {
        int status = refused.status();
        boolean aboutContent = status < 500 && status != 408 && status != 416 && status != 429;
        return aboutContent
                ? new UpstreamProtocolException(
                        "the redirect target " + hop.url().getHost() + " answered " + status)
                : status(hop, refused);
    }

    private UpstreamStatusException status(Hop hop, Answer.Refused<?> refused) {
        HttpHeaders headers = refused.headers();
        return new UpstreamStatusException(
                hop.url().getHost(),
                refused.status(),
                isLimited(refused) ? waitAfter(hop) : RetryAfter.of(headers),
                refused.status() == 416 ? headers.get(HttpHeaderNames.CONTENT_RANGE) : null);
    }

    /** How long a 429 keeps the host from being asked; what it said has been taken note of. */
    private Duration waitAfter(Hop hop) {
        return isAtRegistry(hop) ? accounts.toWait() : wire.backoff(hop.url()).left();
    }

    private boolean isAtRegistry(Hop hop) {
        return Origin.of(hop.url()).equals(origin);
    }
}
