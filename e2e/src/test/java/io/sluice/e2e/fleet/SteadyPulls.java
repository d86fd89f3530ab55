package io.sluice.e2e.fleet;

import static org.awaitility.Awaitility.await;

import io.sluice.testing.RawClient;
import io.sluice.testing.RawResponse;
import io.sluice.testing.process.GatewayJar;
import io.sluice.testing.process.Started;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Pulls that go on and on at each of some replicas, of what is held and of what nobody has seen, until they are ended. */
final class SteadyPulls implements Started {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int ENOUGH = 20;

    private final EndlessImages images;
    private final EndlessImages.Image held;
    private final List<AtomicInteger> done;
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
    private volatile boolean ended;

    /** Begins. */
    SteadyPulls(EndlessImages images, List<GatewayJar> replicas) {
        this.images = images;
        this.held = images.next();
        this.done = replicas.stream().map(replica -> new AtomicInteger()).toList();
        for (int i = 0; i < replicas.size(); i++) {
            GatewayJar replica = replicas.get(i);
            GatewayJar next = replicas.get((i + 1) % replicas.size());
            AtomicInteger count = done.get(i);
            clients.execute(() -> pullOnAndOn(replica, next, count));
        }
    }

    /** What one replica has fetched by tag, the next one is asked for by digest. */
    private void pullOnAndOn(GatewayJar replica, GatewayJar next, AtomicInteger count) {
        while (!ended) {
            EndlessImages.Image cold = images.next();
            pull(replica, held.byTag(), held);
            pull(replica, cold.byTag(), cold);
            pull(next, cold.byDigest(), cold);
            count.incrementAndGet();
        }
    }

    private void pull(GatewayJar replica, String path, EndlessImages.Image image) {
        try (RawClient client = RawClient.connect(replica.uri().getPort())) {
            RawResponse response = client.get(path);
            if (response.status() != 200
                    || !Arrays.equals(response.body(), image.manifest().bytes())) {
                failures.add(path + ": " + response);
            }
        } catch (RuntimeException e) {
            failures.add(path + ": " + e);
        }
    }

    /** Waits until as many more have ended at each replica as tell something. */
    void awaitMore() {
        List<Integer> before = done.stream().map(AtomicInteger::get).toList();
        await().atMost(LIMIT).until(() -> {
            for (int i = 0; i < done.size(); i++) {
                if (done.get(i).get() < before.get(i) + ENOUGH) {
                    return false;
                }
            }
            return true;
        });
    }

    /** Those that did not get what they asked for. */
    List<String> failures() {
        return List.copyOf(failures);
    }

    /** Ends them, each after the pull that it is in. */
    @Override
    public void close() {
        ended = true;
        clients.close();
    }
}
