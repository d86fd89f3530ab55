package io.sluice.cache.redis;

import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import reactor.core.publisher.Mono;

/**
 * The time by Redis' clock, which is the one that all replicas share: what one of them says of a moment is not to depend on
 * how its clock goes (K20). The difference to the own clock counts from a second on; what is less is taken for none, so
 * that replicas whose clocks agree tell each other exactly what they wrote.
 */
final class ServerClock {

    private static final Duration AGREEMENT = Duration.ofSeconds(1);
    private static final Duration AHEAD_AT_MOST = Duration.ofSeconds(5);

    private final Clock clock;

    /** Redis' time less ours. */
    private volatile Duration ahead = Duration.ZERO;

    ServerClock(Clock clock) {
        this.clock = clock;
    }

    /** Compares the clocks. */
    Mono<Void> compare(RedisClusterAsyncCommands<byte[], byte[]> commands) {
        return Mono.defer(() -> {
            Instant asked = clock.instant();
            return Mono.fromFuture(() -> commands.time().toCompletableFuture())
                    .doOnNext(time -> learn(asked, time))
                    .then();
        });
    }

    private void learn(Instant asked, List<byte[]> time) {
        Instant here = asked.plus(Duration.between(asked, clock.instant()).dividedBy(2));
        Instant there = Instant.ofEpochSecond(number(time.get(0)), number(time.get(1)) * 1_000);
        Duration measured = Duration.between(here, there);
        if (measured.abs().compareTo(AGREEMENT) < 0) {
            ahead = Duration.ZERO;
        } else if (measured.minus(ahead).abs().compareTo(AGREEMENT) >= 0) {
            ahead = measured;
        }
    }

    private static long number(byte[] text) {
        return Long.parseLong(new String(text, StandardCharsets.US_ASCII));
    }

    /** A moment by our clock, told by Redis'. */
    Instant there(Instant here) {
        return here.plus(ahead);
    }

    /**
     * A moment by Redis' clock, told by ours.
     *
     * @throws IllegalArgumentException when it is yet to come: it would be believed for too long
     */
    Instant here(Instant there) {
        Instant here = there.minus(ahead);
        if (here.isAfter(clock.instant().plus(AHEAD_AT_MOST))) {
            throw new IllegalArgumentException("its time is yet to come");
        }
        return here;
    }
}
