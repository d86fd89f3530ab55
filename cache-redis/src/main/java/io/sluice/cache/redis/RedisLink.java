package io.sluice.cache.redis;

import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * The way to Redis: made in the background, again and again until it is there (K01), and made anew when the one that there
 * is leads nowhere (K04, K06). Nobody waits for it.
 */
final class RedisLink {

    private static final Logger LOG = LoggerFactory.getLogger(RedisCache.class);

    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(10);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final Duration COMPARE_EVERY = Duration.ofSeconds(30);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(10);
    private static final long RENEW_EVERY_NANOS = Duration.ofSeconds(5).toNanos();

    private final RedisUrl url;
    private final Servers servers;
    private final ServerClock time;
    private final Tracking tracking;
    private final AtomicReference<Optional<Session>> current = new AtomicReference<>(Optional.empty());
    private final Disposable.Swap connecting = Disposables.swap();
    private final Disposable comparing;
    private long renewedAt = System.nanoTime() - RENEW_EVERY_NANOS;

    /** Begins to connect. */
    RedisLink(RedisUrl url, Duration deadline, ServerClock time, Tracking tracking) {
        this.url = url;
        this.servers = Servers.of(url, deadline);
        this.time = time;
        this.tracking = tracking;
        connect();
        this.comparing = Flux.interval(COMPARE_EVERY)
                .onBackpressureDrop()
                .concatMap(round -> compareClocks())
                .subscribe();
    }

    /** Commands, if there is a connection now. */
    Optional<RedisClusterAsyncCommands<byte[], byte[]>> commands() {
        return current.get().filter(Session::isOpen).map(Session::commands);
    }

    boolean isConnected() {
        return current.get().filter(Session::isOpen).isPresent();
    }

    private void connect() {
        connecting.update(Mono.defer(servers::connect)
                .timeout(CONNECT_WITHIN)
                .flatMap(this::greet)
                .doOnError(failure -> LOG.debug("Redis: no connection to {} yet: {}", url, failure.toString()))
                .retryWhen(Retry.backoff(Long.MAX_VALUE, FIRST_PAUSE)
                        .maxBackoff(LONGEST_PAUSE)
                        .jitter(0.5))
                .subscribe(this::use));
    }

    /** What is told by Redis' clock cannot be read before the clocks were compared. */
    private Mono<Session> greet(Session session) {
        return time.compare(session.commands())
                .timeout(LettuceOptions.CONNECT_WITHIN)
                .thenReturn(session)
                .doOnError(failure -> session.close().subscribe(closed -> {}, ignored -> {}))
                .doOnCancel(() -> session.close().subscribe(closed -> {}, ignored -> {}));
    }

    private void use(Session session) {
        LOG.info("Redis: connected to {}", url);
        current.set(Optional.of(session));
        tracking.follow(session.masters());
    }

    private Mono<Void> compareClocks() {
        return Mono.justOrEmpty(commands())
                .flatMap(time::compare)
                .timeout(LettuceOptions.CONNECT_WITHIN)
                .onErrorComplete();
    }

    /**
     * Gives the connection up and makes another one, with all that is looked up for it; not more often than every five
     * seconds.
     *
     * @param reason why the one that there is leads nowhere
     */
    void renew(String reason) {
        if (mayRenew()) {
            current.getAndSet(Optional.empty()).ifPresent(session -> {
                LOG.warn("Redis: connecting to {} anew, {}", url, reason);
                tracking.stop();
                session.close().timeout(CLOSE_WITHIN).subscribe(closed -> {}, ignored -> {});
                connect();
            });
        }
    }

    private synchronized boolean mayRenew() {
        long now = System.nanoTime();
        boolean may = now - renewedAt >= RENEW_EVERY_NANOS;
        if (may) {
            renewedAt = now;
        }
        return may;
    }

    /** Lets go of it. Blocks, for no longer than some seconds. */
    void close() {
        connecting.dispose();
        comparing.dispose();
        tracking.close();
        Mono.justOrEmpty(current.getAndSet(Optional.empty()))
                .flatMap(Session::close)
                .timeout(CLOSE_WITHIN)
                .onErrorComplete()
                .then(servers.close())
                .block(CLOSE_WITHIN.multipliedBy(2));
    }
}
