package io.sluice.gateway.upstream.credential;

import reactor.core.publisher.Mono;

/** A credential that is written in the configuration and stays what it is. */
record FixedCredential(Credential credential) implements CredentialSource {

    @Override
    public Mono<Credential> current() {
        return Mono.just(credential);
    }

    @Override
    public void reject(Credential rejected) {
        // there is no other
    }
}
