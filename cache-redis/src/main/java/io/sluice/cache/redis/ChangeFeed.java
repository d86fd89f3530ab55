package io.sluice.cache.redis;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/** The keys that Redis tells of, for whoever waits for one of them. Who does not keep up misses some. */
final class ChangeFeed {

    private final Sinks.Many<String> keys = Sinks.many().multicast().directBestEffort();

    void changed(String key) {
        keys.emitNext(key, (signal, result) -> result == Sinks.EmitResult.FAIL_NON_SERIALIZED);
    }

    /** Tells whenever a key has changed, from now on. */
    Flux<String> of(String key) {
        return keys.asFlux().filter(key::equals);
    }
}
