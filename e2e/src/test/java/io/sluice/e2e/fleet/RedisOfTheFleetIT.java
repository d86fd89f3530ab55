package io.sluice.e2e.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testing.RawClient;
import io.sluice.testing.RawResponse;
import io.sluice.testing.process.GatewayJar;
import io.sluice.testing.process.Ports;
import io.sluice.testing.process.RedisServer;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Whatever happens to the Redis of a fleet, no pull fails, and it is written again by itself. */
@ExtendWith(SharedFleet.class)
class RedisOfTheFleetIT {

    private static final int LAYER_SIZE = 1_000_000;

    private enum Fault {
        KILLED {
            @Override
            void begin(RedisServer redis) {
                redis.kill();
            }

            @Override
            void end(RedisServer redis) {
                redis.restart();
            }
        },
        FROZEN {
            @Override
            void begin(RedisServer redis) {
                redis.freeze();
            }

            @Override
            void end(RedisServer redis) {
                redis.thaw();
            }
        },
        PAUSED {
            @Override
            void begin(RedisServer redis) {
                redis.send("CLIENT", "PAUSE", "5000", "ALL");
            }

            // It ends by itself: while it lasts, no command is carried out, and none that would end it.
            @Override
            void end(RedisServer redis) {}
        },
        EMPTIED {
            @Override
            void begin(RedisServer redis) {
                redis.send("FLUSHALL");
            }

            @Override
            void end(RedisServer redis) {}
        },
        READ_ONLY {
            @Override
            void begin(RedisServer redis) {
                redis.send("REPLICAOF", "127.0.0.1", Integer.toString(Ports.free()));
            }

            @Override
            void end(RedisServer redis) {
                redis.send("REPLICAOF", "NO", "ONE");
            }
        },
        FULL {
            @Override
            void begin(RedisServer redis) {
                redis.send("CONFIG", "SET", "maxmemory-policy", "noeviction");
                redis.send("CONFIG", "SET", "maxmemory", "1");
            }

            @Override
            void end(RedisServer redis) {
                redis.send("CONFIG", "SET", "maxmemory", "0");
            }
        };

        abstract void begin(RedisServer redis);

        abstract void end(RedisServer redis);
    }

    @Test
    @DisplayName(
            "K02 K03 K05 K06 K07: killed, frozen, paused, emptied, read-only, full: no pull fails, no stream stops, and writes resume")
    void noPullFailsWhateverRedisDoes(Fleet fleet) {
        List<GatewayJar> replicas = fleet.replicas().subList(0, 2);
        EndlessImages images = new EndlessImages(fleet.upstream(), "library/endless");
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
                SteadyPulls pulls = new SteadyPulls(images, replicas)) {
            for (Fault fault : Fault.values()) {
                FleetImage image = FleetImage.of("library/" + fault.name().toLowerCase(Locale.ROOT), LAYER_SIZE);
                HeldContent streamed = HeldContent.of(HeldContent.Kind.BLOB, image, fleet.upstream());
                CompletableFuture<RawResponse> stream = streamed.pullFrom(replicas.getFirst(), clients);
                streamed.awaitHalfSentTo(1);
                fault.begin(fleet.redis());
                try {
                    pulls.awaitMore();
                    streamed.sendRest();
                    streamed.assertRight(stream);
                } finally {
                    streamed.sendRest();
                    fault.end(fleet.redis());
                }
                awaitWritten(fleet, replicas.getFirst(), images);
                fleet.awaitWhole();
                assertThat(pulls.failures()).as(fault.name()).isEmpty();
            }
        }
    }

    @Test
    @DisplayName("K01: a replica that is started while Redis is down is ready, serves all, and shares it later")
    void aReplicaIsStartedWhileRedisIsDown(Fleet fleet) {
        GatewayJar replica = fleet.replica(2);
        EndlessImages images = new EndlessImages(fleet.upstream(), "library/early");
        fleet.redis().kill();
        try {
            replica.restart();
            try (SteadyPulls pulls = new SteadyPulls(images, List.of(replica))) {
                pulls.awaitMore();
                assertThat(pulls.failures()).isEmpty();
            }
        } finally {
            fleet.redis().restart();
        }
        awaitWritten(fleet, replica, images);
        fleet.awaitWhole();
    }

    /** Waits until what a replica fetches is in Redis. */
    private static void awaitWritten(Fleet fleet, GatewayJar replica, EndlessImages images) {
        await().atMost(Fleet.AGAIN).ignoreExceptions().until(() -> {
            EndlessImages.Image image = images.next();
            try (RawClient client = RawClient.connect(replica.uri().getPort())) {
                client.get(image.byTag());
            }
            String key = "sluice:1:manifest:{" + image.manifest().digest() + "}";
            return fleet.redis().send("EXISTS", key).equals("1");
        });
    }
}
