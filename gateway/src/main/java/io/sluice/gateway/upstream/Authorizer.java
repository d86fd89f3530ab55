package io.sluice.gateway.upstream;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.sluice.gateway.error.UpstreamCredentialsException;
import io.sluice.gateway.error.UpstreamProtocolException;
import io.sluice.gateway.error.UpstreamStatusException;
import io.sluice.gateway.upstream.RegistrySettings.Credential;
import io.sluice.oci.RepositoryName;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Answers a registry's challenges. The last challenge that was answered is remembered, so that a request for another
 * repository fetches its token first instead of provoking a 401.
 */
final class Authorizer {

    /** How long no other token is fetched for a repository that rejected a fresh one. */
    static final Duration REJECTION_LIFETIME = Duration.ofSeconds(10);

    private static final int MAX_REJECTIONS = 10_000;

    private final List<Credential> credentials;
    private final Destinations destinations;
    private final TokenEndpoint endpoint;
    private final Tokens tokens;

    /** What the token endpoints asked for with a 429; tokens that are held are used on (U18). */
    private final Backoff backoff;

    /** For which repositories a fresh token was rejected lately: another one would be as well (U16). */
    private final Cache<RepositoryName, Boolean> rejections;

    private final AtomicReference<@Nullable Challenge> known = new AtomicReference<>();

    /** @param credentials one, or none */
    Authorizer(
            List<Credential> credentials,
            Destinations destinations,
            TokenEndpoint endpoint,
            Tokens tokens,
            Ticker ticker) {
        this.credentials = credentials;
        this.destinations = destinations;
        this.endpoint = endpoint;
        this.tokens = tokens;
        this.backoff = new Backoff(ticker);
        this.rejections = Caffeine.newBuilder()
                .maximumSize(MAX_REJECTIONS)
                .expireAfterWrite(REJECTION_LIFETIME)
                .ticker(ticker)
                .executor(Runnable::run)
                .build();
    }

    /** What a request for a repository authenticates itself with; never empty. */
    Mono<Authorization> current(RepositoryName repository) {
        return Mono.fromSupplier(known::get)
                .flatMap(challenge -> answer(challenge, repository))
                .defaultIfEmpty(Authorization.NONE);
    }

    /**
     * What to try after a 401.
     *
     * @param headers the headers of the 401
     * @param rejected what the request had carried
     * @return an authorization, or empty if there is none to be had; fails with {@link UpstreamCredentialsException} if
     *     it is the credential itself that was rejected, or the token endpoint gives no token, and with an
     *     {@link UpstreamStatusException} of 429 if that says to wait
     */
    Mono<Authorization> renewed(HttpHeaders headers, RepositoryName repository, Authorization rejected) {
        if (rejected.isBearer() && rejections.getIfPresent(repository) != null) {
            return Mono.empty();
        }
        return Mono.fromSupplier(() -> choose(headers))
                .flatMap(challenge -> answerAnew(challenge, repository, rejected));
    }

    /** Whether a request went without the credential that there is. */
    boolean couldSayMore(Authorization sent) {
        return !credentials.isEmpty() && !sent.isBasic() && !sent.isBearer();
    }

    /**
     * Takes note that an authorization was rejected. A token that is fresh for its scope and rejected says something about
     * the content; where it is the credential that is rejected, nothing is said about that.
     *
     * @throws UpstreamCredentialsException if it was the credential
     */
    void requireToken(Authorization rejected, RepositoryName repository) {
        if (rejected.isBasic()) {
            throw new UpstreamCredentialsException(destinations.registry().host() + " rejected the credential");
        }
        rejections.put(repository, true);
    }

    /** Bearer before Basic: where a registry offers both, a token says less than a password. */
    private @Nullable Challenge choose(HttpHeaders headers) {
        Challenge basic = null;
        for (Challenge challenge : ChallengeParser.parse(headers.getAll(HttpHeaderNames.WWW_AUTHENTICATE))) {
            if (challenge.isBearer()) {
                return challenge;
            }
            if (challenge.isBasic() && !credentials.isEmpty()) {
                basic = challenge;
            }
        }
        return basic;
    }

    private Mono<Authorization> answerAnew(Challenge challenge, RepositoryName repository, Authorization rejected) {
        Mono<Void> forgotten = challenge.isBearer() && rejected.isBearer()
                ? tokens.forget(key(challenge, repository), rejected)
                : Mono.empty();
        return forgotten
                .then(Mono.defer(() -> answer(challenge, repository)))
                .doOnNext(authorization -> requireAnother(authorization, rejected, repository));
    }

    private Mono<Authorization> answer(Challenge challenge, RepositoryName repository) {
        Mono<Authorization> answer = challenge.isBearer()
                ? Mono.defer(() -> token(challenge, repository))
                : Mono.just(Authorization.basic(credentials.getFirst()));
        return answer.doOnNext(authorization -> known.set(challenge))
                .doOnError(failure -> known.compareAndSet(challenge, null));
    }

    private Mono<Authorization> token(Challenge challenge, RepositoryName repository) {
        TokenKey key = key(challenge, repository);
        Dial dial = destinations.dial(key.realm());
        Authorization credential = credentialFor(key.realm());
        return tokens.get(key, wanted -> endpoint.fetch(wanted, dial, credential, backoff));
    }

    /** A route without credentials asks for an anonymous token; one with credentials never falls back to that (U18). */
    private Authorization credentialFor(URI realm) {
        if (credentials.isEmpty()) {
            return Authorization.NONE;
        }
        if (!destinations.takesCredential(Origin.of(realm))) {
            throw new UpstreamCredentialsException(
                    "the credential of " + destinations.registry().host()
                            + " is not sent to the token endpoint " + realm.getHost()
                            + ", which is of another domain and not listed in redirect-hosts");
        }
        return Authorization.basic(credentials.getFirst());
    }

    private TokenKey key(Challenge challenge, RepositoryName repository) {
        String scope = "repository:" + repository.text() + ":pull";
        return new TokenKey(realm(challenge), challenge.parameter("service"), scope);
    }

    private URI realm(Challenge challenge) {
        String realm = challenge.parameter("realm");
        try {
            if (realm != null) {
                return new URI(realm);
            }
        } catch (URISyntaxException ignored) {
            // said below, without the realm: it may carry a query
        }
        throw new UpstreamProtocolException(destinations.registry().host() + " named a token endpoint that is no URL");
    }

    private void requireAnother(Authorization authorization, Authorization rejected, RepositoryName repository) {
        if (authorization.equals(rejected)) {
            requireToken(rejected, repository);
        }
    }
}
