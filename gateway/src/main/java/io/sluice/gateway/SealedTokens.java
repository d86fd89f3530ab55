package io.sluice.gateway;

import io.sluice.cache.redis.RedisCache;
import io.sluice.cache.redis.SealedValue;
import io.sluice.cache.redis.SealedValues;
import io.sluice.gateway.cluster.ClusterSecret;
import io.sluice.gateway.upstream.SharedToken;
import io.sluice.gateway.upstream.SharedTokens;
import io.sluice.gateway.upstream.TokenName;
import java.util.function.Predicate;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/** Tokens that replicas share in Redis, sealed with keys of the cluster's secret. */
record SealedTokens(SealedValues values) implements SharedTokens {

    static SealedTokens in(RedisCache redis, ClusterSecret secret) {
        return new SealedTokens(
                redis.sealedWith(secret.key("token names", "HmacSHA256"), secret.key("token values", "AES")));
    }

    @Override
    public Mono<SharedToken> get(TokenName name, Predicate<SharedToken> good, Supplier<Mono<SharedToken>> endpoint) {
        return values.get(
                        name.bytes(),
                        value -> good.test(token(value)),
                        () -> endpoint.get().map(SealedTokens::value))
                .map(SealedTokens::token);
    }

    @Override
    public Mono<Void> forget(TokenName name, String token) {
        return values.remove(name.bytes(), token);
    }

    private static SharedToken token(SealedValue value) {
        return new SharedToken(value.text(), value.remaining(), value.age());
    }

    private static SealedValue value(SharedToken token) {
        return new SealedValue(token.token(), token.usableFor(), token.age());
    }
}
