package io.sluice.cache.redis;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisReadOnlyException;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * The only way for a command to Redis. Each ends within its deadline, so many may be on their way at
 * once, none waits for a connection, and none is sent while its breaker is open. Reads and writes have a breaker each: a
 * server that is read-only or full still answers reads (K05, K06).
 *
 * <p>A command that cannot be sent or is not answered fails with {@link RedisUnavailableException}; the fault is counted.
 * Answers are handed on by Reactor's parallel scheduler, off Lettuce's threads.
 */
final class CommandGate {

    /** How many commands may be on their way; fewer than Lettuce itself would take. */
    private static final int AT_ONCE = 512;

    private static final byte[] PROBE = {'1'};
    private static final long PROBE_KEPT_SECONDS = 60;

    private final RedisLink link;
    private final Duration deadline;
    private final RedisKeys keys;
    private final RedisFaults faults;
    private final Semaphore places = new Semaphore(AT_ONCE);
    private final Breaker reads;
    private final Breaker writes;

    CommandGate(RedisLink link, Duration deadline, RedisKeys keys, RedisFaults faults) {
        this.link = link;
        this.deadline = deadline;
        this.keys = keys;
        this.faults = faults;
        this.reads = new Breaker("reads", this::probeReads, () -> link.renew("it does not answer"));
        this.writes = new Breaker("writes", this::probeWrites, () -> link.renew("it takes no writes"));
    }

    /** A command, given what it is sent with. */
    interface Command<T> extends Function<RedisClusterAsyncCommands<byte[], byte[]>, CompletionStage<T>> {}

    /** Sends a command that changes nothing; empty when its answer is nil. */
    <T> Mono<T> read(Command<T> command) {
        return Mono.defer(() -> send(reads, command));
    }

    /** Sends a command that changes something. */
    <T> Mono<T> write(Command<T> command) {
        return Mono.defer(() -> send(writes, command));
    }

    private <T> Mono<T> send(Breaker breaker, Command<T> command) {
        if (!places.tryAcquire()) {
            return unavailable(RedisFault.OVERLOADED, AT_ONCE + " commands are on their way");
        }
        if (!breaker.permits()) {
            places.release();
            return unavailable(RedisFault.SKIPPED, "the breaker is open");
        }
        return answer(command)
                .doOnSuccess(answer -> breaker.succeeded())
                .doOnError(failure -> judge(breaker, failure))
                .doOnCancel(breaker::released)
                .doFinally(end -> places.release())
                .publishOn(Schedulers.parallel())
                .onErrorResume(this::told);
    }

    private <T> Mono<T> answer(Command<T> command) {
        return Mono.justOrEmpty(link.commands())
                .switchIfEmpty(Mono.error(NotConnected::new))
                .flatMap(commands ->
                        Mono.fromFuture(() -> command.apply(commands).toCompletableFuture()))
                .timeout(deadline);
    }

    private void judge(Breaker breaker, Throwable failure) {
        if (isUnreadable(failure)) {
            breaker.succeeded();
            return;
        }
        breaker.failed(failure);
        if (failure instanceof RedisReadOnlyException) {
            link.renew("the server has become a replica");
        }
    }

    private <T> Mono<T> told(Throwable failure) {
        if (isUnreadable(failure)) {
            return Mono.error(failure);
        }
        return unavailable(faultOf(failure), failure.toString());
    }

    private <T> Mono<T> unavailable(RedisFault fault, String reason) {
        faults.report(fault, reason);
        return Mono.error(new RedisUnavailableException(fault));
    }

    /** Something else lies under a key: Redis is well, and has answered. */
    static boolean isUnreadable(Throwable failure) {
        String message = failure.getMessage();
        return failure instanceof RedisCommandExecutionException
                && message != null
                && (message.startsWith("WRONGTYPE") || message.contains(Scripts.TOO_LONG));
    }

    private static RedisFault faultOf(Throwable failure) {
        return switch (failure) {
            case TimeoutException late -> RedisFault.TIMEOUT;
            case RedisCommandTimeoutException late -> RedisFault.TIMEOUT;
            case RedisCommandExecutionException refused -> RedisFault.REFUSED;
            default -> RedisFault.DISCONNECTED;
        };
    }

    private Mono<?> probeReads() {
        return answer(commands -> commands.getrange(RedisKeys.bytes(keys.probe()), 0, 0));
    }

    private Mono<?> probeWrites() {
        return answer(commands -> commands.setex(RedisKeys.bytes(keys.probe()), PROBE_KEPT_SECONDS, PROBE));
    }

    boolean readsAreLeftOut() {
        return reads.isOpen();
    }

    boolean writesAreLeftOut() {
        return writes.isOpen();
    }

    void close() {
        reads.close();
        writes.close();
    }

    /** There is no connection. */
    private static final class NotConnected extends RuntimeException {

        NotConnected() {
            super("not connected", null, false, false);
        }
    }
}
