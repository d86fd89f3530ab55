package io.sluice.gateway.upstream;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/** The tokens of all replicas, in memory; one call at a time for each. */
final class FakeSharedTokens implements SharedTokens {

    private final Map<String, SharedToken> tokens = new ConcurrentHashMap<>();
    private final Map<String, Mono<SharedToken>> calls = new ConcurrentHashMap<>();
    private volatile boolean forgetful = true;

    /** From now on nothing can be taken away. */
    void takeNothingAway() {
        forgetful = false;
    }

    /** Puts a token in place of every one that there is. */
    void replaceAll(SharedToken token) {
        tokens.replaceAll((name, before) -> token);
    }

    int size() {
        return tokens.size();
    }

    @Override
    public Mono<SharedToken> get(TokenName name, Predicate<SharedToken> good, Supplier<Mono<SharedToken>> endpoint) {
        return Mono.defer(() -> {
            String key = key(name);
            SharedToken there = tokens.get(key);
            return there != null && good.test(there) ? Mono.just(there) : call(key, endpoint);
        });
    }

    private Mono<SharedToken> call(String key, Supplier<Mono<SharedToken>> endpoint) {
        return calls.computeIfAbsent(
                key,
                first -> Mono.defer(endpoint)
                        .doOnNext(token -> tokens.put(key, token))
                        .doFinally(end -> calls.remove(key))
                        .cache());
    }

    @Override
    public Mono<Void> forget(TokenName name, String token) {
        return Mono.fromRunnable(() -> tokens.computeIfPresent(
                key(name), (key, there) -> forgetful && there.token().equals(token) ? null : there));
    }

    private static String key(TokenName name) {
        return new String(name.bytes(), StandardCharsets.ISO_8859_1);
    }
}
