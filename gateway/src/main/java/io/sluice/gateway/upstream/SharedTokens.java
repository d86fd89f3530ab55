package io.sluice.gateway.upstream;

import java.util.function.Predicate;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/** Tokens that replicas share, so that one of them asks a token endpoint for all (U15). */
public interface SharedTokens {

    /** Each replica asks for itself. */
    SharedTokens NONE = new SharedTokens() {

        @Override
        public Mono<SharedToken> get(
                TokenName name, Predicate<SharedToken> good, Supplier<Mono<SharedToken>> endpoint) {
            return Mono.defer(endpoint);
        }

        @Override
        public Mono<Void> forget(TokenName name, String token) {
            return Mono.empty();
        }
    };

    /**
     * A token: another replica's, or from the endpoint. Every wait for another replica is bounded.
     *
     * @param good whether a token of another replica will do
     * @param endpoint asks the token endpoint
     * @return it; fails only as the endpoint does, and never for another replica's failure
     */
    Mono<SharedToken> get(TokenName name, Predicate<SharedToken> good, Supplier<Mono<SharedToken>> endpoint);

    /** Takes a token away that was not accepted, unless another has taken its place; never fails. */
    Mono<Void> forget(TokenName name, String token);
}
