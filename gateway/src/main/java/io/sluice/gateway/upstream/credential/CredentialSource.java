package io.sluice.gateway.upstream.credential;

import io.sluice.gateway.error.UpstreamCredentialsException;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/** Gives a credential whenever one is needed, renewed when it is about to end or was rejected. */
public interface CredentialSource {

    /** The credential of now; never empty, fails with {@link UpstreamCredentialsException} if there is none. */
    Mono<Credential> current();

    /** Notes that a credential of this source was not accepted; where it can be renewed the next one is another. */
    void reject(Credential rejected);

    /** Sends a request with the credential, and once more if that was rejected and there is another. */
    default <T> Mono<T> use(Function<Credential, Mono<T>> request) {
        return current()
                .flatMap(credential -> request.apply(credential)
                        .onErrorResume(
                                UpstreamCredentialsException.class, failure -> again(credential, failure, request)));
    }

    private <T> Mono<T> again(
            Credential sent, UpstreamCredentialsException failure, Function<Credential, Mono<T>> request) {
        if (!failure.isRejection()) {
            return Mono.error(failure);
        }
        reject(sent);
        return current()
                .filter(another -> !another.equals(sent))
                .flatMap(request)
                .switchIfEmpty(Mono.error(failure));
    }
}
