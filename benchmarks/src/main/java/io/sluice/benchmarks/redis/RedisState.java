package io.sluice.benchmarks.redis;

import io.sluice.testing.process.RedisServer;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What happens to Redis while hits are counted. */
enum RedisState {
    HEALTHY {
        @Override
        void begin(RedisServer redis) {}

        @Override
        void end(RedisServer redis) {}
    },
    /** SIGSTOP: connections stay, nothing is answered. */
    PAUSED {
        @Override
        void begin(RedisServer redis) {
            redis.freeze();
        }

        @Override
        void end(RedisServer redis) {
            redis.thaw();
        }
    },
    /** The same, when nothing in memory may be believed any more: whoever comes has to ask Redis. */
    PAUSED_FORGOTTEN {
        @Override
        void begin(RedisServer redis) {
            redis.send("FLUSHALL");
            redis.freeze();
        }

        @Override
        void end(RedisServer redis) {
            redis.thaw();
        }
    },
    /** kill -9. */
    GONE {
        @Override
        void begin(RedisServer redis) {
            redis.kill();
        }

        @Override
        void end(RedisServer redis) {
            redis.restart();
        }
    };

    abstract void begin(RedisServer redis);

    abstract void end(RedisServer redis);

    String party() {
        return name().toLowerCase(Locale.ROOT).replace("_", ", ");
    }

    static List<String> parties() {
        return Stream.of(values()).map(RedisState::party).toList();
    }
}
