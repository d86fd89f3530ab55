package io.sluice.cache.redis;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.TrackingArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.push.PushListener;
import io.lettuce.core.api.push.PushMessage;
import io.lettuce.core.codec.StringCodec;
import io.sluice.cache.Stamps;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/** One server that tells of changes, over one connection: it has to be asked to on every connect. */
final class TrackedServer implements PushListener, RedisConnectionStateListener {

    private static final Logger LOG = LoggerFactory.getLogger(RedisCache.class);

    private static final Duration ASK_AGAIN = Duration.ofMillis(200);
    private static final Duration ASK_AGAIN_AT_MOST = Duration.ofSeconds(5);

    private final StatefulRedisConnection<byte[], byte[]> connection;
    private final Stamps stamps;
    private final ChangeFeed changes;

    /** Counts the connects and disconnects, so that what belongs to an earlier one is known. */
    private final AtomicInteger turns = new AtomicInteger();

    private volatile boolean tells;
    private volatile boolean ended;

    TrackedServer(StatefulRedisConnection<byte[], byte[]> connection, Stamps stamps, ChangeFeed changes) {
        this.connection = connection;
        this.stamps = stamps;
        this.changes = changes;
    }

    boolean tells() {
        return tells;
    }

    void begin() {
        connection.addListener((PushListener) this);
        connection.addListener((RedisConnectionStateListener) this);
        ask();
    }

    void end() {
        ended = true;
        tells = false;
        connection.removeListener((PushListener) this);
        connection.removeListener((RedisConnectionStateListener) this);
    }

    @Override
    public void onRedisConnected(RedisChannelHandler<?, ?> connected, SocketAddress address) {
        ask();
    }

    @Override
    public void onRedisDisconnected(RedisChannelHandler<?, ?> disconnected) {
        turns.incrementAndGet();
        tells = false;
        stamps.allChanged();
    }

    private void ask() {
        int turn = turns.incrementAndGet();
        tells = false;
        Mono.defer(this::switchOn)
                .retryWhen(Retry.backoff(Long.MAX_VALUE, ASK_AGAIN)
                        .maxBackoff(ASK_AGAIN_AT_MOST)
                        .filter(failure -> isCurrent(turn)))
                .subscribe(
                        on -> begun(turn),
                        failure -> LOG.debug("Redis: not asked any more to tell of changes: {}", failure.toString()));
    }

    /** Off at first: a server that tells already refuses to be asked again. */
    private Mono<String> switchOn() {
        return track(TrackingArgs.Builder.enabled(false))
                .then(track(TrackingArgs.Builder.enabled()
                        .bcast()
                        .prefixes(RedisKeys.TAGS, RedisKeys.PROOFS, RedisKeys.LEASES)));
    }

    private Mono<String> track(TrackingArgs arguments) {
        return Mono.fromFuture(
                        () -> connection.async().clientTracking(arguments).toCompletableFuture())
                .timeout(LettuceOptions.CONNECT_WITHIN);
    }

    private boolean isCurrent(int turn) {
        return !ended && turns.get() == turn;
    }

    private void begun(int turn) {
        stamps.allChanged();
        tells = isCurrent(turn);
    }

    @Override
    public void onPushMessage(PushMessage message) {
        if (message.getType().equals("invalidate")) {
            List<Object> content = message.getContent(StringCodec.UTF8::decodeKey);
            invalidate(content.size() > 1 ? content.get(1) : null);
        }
    }

    private void changed(String key) {
        if (key.startsWith(RedisKeys.LEASES)) {
            changes.changed(key);
        } else {
            stamps.changed(key);
        }
    }

    /** @param keys those that have changed; null: all of them */
    private void invalidate(@Nullable Object keys) {
        if (keys instanceof List<?> list) {
            list.forEach(key -> changed(String.valueOf(key)));
        } else {
            stamps.allChanged();
        }
    }
}
