package io.sluice.benchmarks;

import io.sluice.benchmarks.client.Clients;
import io.sluice.benchmarks.client.Crowd;
import io.sluice.benchmarks.client.CrowdResult;
import io.sluice.benchmarks.client.Pause;
import io.sluice.benchmarks.client.Target;
import io.sluice.benchmarks.peer.Origin;
import io.sluice.benchmarks.peer.Peer;
import io.sluice.benchmarks.peer.Peers;
import io.sluice.testing.process.Command;
import io.sluice.testing.process.GatewayJar;
import io.sluice.testing.process.Running;
import io.sluice.testing.process.Started;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The registry and everything that blobs are pulled through, all of them running at the same time. */
final class Rig implements Started {

    private static final Duration WARM_UP_LIMIT = Duration.ofSeconds(60);
    private static final Duration WARM_UP_TIME = Duration.ofSeconds(3);
    private static final Duration SETTLE_LIMIT = Duration.ofMinutes(5);
    private static final Duration QUIET_TIME = Duration.ofSeconds(2);
    private static final int FILL_ATTEMPTS = 3;
    private static final int WARM_UP_CLIENTS = 20;
    private static final long WARM_UP_SIZE = 20_000_000;
    private static final int WARM_UP_COLD = 20;
    private static final int WARM_UP_CROWD = 200;
    private static final long WARM_UP_SMALL_SIZE = 50_000;
    private static final int SCRATCH_PIECE = 1_000_000;
    private static final long SCRATCH_SIZE = 600L * SCRATCH_PIECE;

    private final Path directory;
    private final Running running;
    private final Origin origin;
    private final GatewayJar gateway;
    private final List<Peer> peers;

    private Rig(Path directory, Running running, Origin origin, GatewayJar gateway, List<Peer> peers) {
        this.directory = directory;
        this.running = running;
        this.origin = origin;
        this.gateway = gateway;
        this.peers = peers;
    }

    /** Starts all of it, with everything empty. */
    static Rig start(Path checkout, Path directory) {
        Running running = new Running();
        try {
            Origin origin = running.add(Origin.start(directory.resolve("origin")));
            GatewayJar gateway = running.add(Peers.gatewayJar(checkout, directory.resolve("gateway"), origin.uri()));
            List<Peer> peers = List.of(
                    Peers.gateway(checkout, gateway),
                    running.add(Peers.nginx(directory.resolve("nginx"), origin.uri())),
                    running.add(Peers.distribution(directory.resolve("distribution"), origin.uri())));
            return new Rig(directory, running, origin, gateway, peers);
        } catch (RuntimeException | AssertionError e) {
            running.end();
            throw e;
        }
    }

    Origin origin() {
        return origin;
    }

    /** The first of the peers, for what only it tells of itself. */
    GatewayJar gateway() {
        return gateway;
    }

    /** Everything that blobs are pulled through, the gateway first. */
    List<Peer> peers() {
        return peers;
    }

    /** The same, each of them first in its turn. */
    List<Peer> peersOfRound(int round) {
        List<Peer> rotated = new ArrayList<>(peers);
        Collections.rotate(rotated, -(round % peers.size()));
        return rotated;
    }

    /** The same, and behind them the registry itself. */
    List<Peer> everyoneOfRound(int round) {
        List<Peer> everyone = new ArrayList<>(peersOfRound(round));
        everyone.add(origin.direct());
        return everyone;
    }

    /** The blob as it is asked for at a peer. All of them call the repository the same. */
    static Target at(Peer peer, Target blob) {
        return blob.at(peer.uri());
    }

    /**
     * Lets everyone serve a cold crowd, a few seconds of small hits, some cold blobs one by one, and so many cold crowds of small
     * ones, so that nothing is measured that runs for the first time, and a compiler that compiles what runs often has done so.
     * That some of a crowd are answered 500, as distribution does now and then, is measured later.
     */
    void warmUp(int crowds) throws IOException {
        Target large = origin.publish(WARM_UP_SIZE);
        Target small = origin.publish(1_000);
        for (Peer peer : peers) {
            requireAll(peer, download(peer, large, new Clients(WARM_UP_CLIENTS, WARM_UP_CLIENTS)));
            Crowd.repeat(at(peer, small), WARM_UP_CLIENTS, WARM_UP_TIME);
        }
        for (int i = 0; i < WARM_UP_COLD; i++) {
            Target cold = origin.publish(WARM_UP_SIZE);
            for (Peer peer : peers) {
                requireAll(peer, download(peer, cold, new Clients(1, 1)));
            }
        }
        for (int i = 0; i < crowds; i++) {
            Target cold = origin.publish(WARM_UP_SMALL_SIZE);
            for (Peer peer : peers) {
                download(peer, cold, new Clients(WARM_UP_CROWD, 0));
            }
        }
    }

    /**
     * Asks a peer for something until that asks nothing upstream any more: some keep it only some time after they have
     * served it. Length and digest are compared.
     *
     * @return whether the peer has come to that
     */
    boolean fill(Peer peer, Target content) throws IOException {
        for (int i = 0; i < FILL_ATTEMPTS; i++) {
            int mark = origin.mark();
            boolean served =
                    download(peer, content, new Clients(1, 1)).failures().isEmpty();
            if (served && origin.since(mark, content).all() == 0) {
                return true;
            }
            settle();
        }
        return false;
    }

    private static CrowdResult download(Peer peer, Target blob, Clients clients) throws IOException {
        return Crowd.download(at(peer, blob), clients, WARM_UP_LIMIT);
    }

    private static void requireAll(Peer peer, CrowdResult crowd) {
        if (!crowd.failures().isEmpty()) {
            throw new IllegalStateException(peer.name() + " does not work: " + crowd.failures());
        }
    }

    /**
     * Lets everything end that has begun: nobody pays for what another has written and the kernel holds back, or still
     * fetches, as distribution does for its store when its clients have long gone.
     */
    void settle() throws IOException {
        long begun = System.nanoTime();
        new Command(List.of("sync"), Map.of(), SETTLE_LIMIT).run();
        while (!isQuiet()) {
            if (System.nanoTime() - begun > SETTLE_LIMIT.toNanos()) {
                throw new IOException("the registry still has requests after " + SETTLE_LIMIT);
            }
        }
    }

    /**
     * The same before something is fetched, with pages that are free, so that all find the kernel in one state. A virtual
     * machine may give the pages of removed files back to its host, and getting 200 MB of them again takes half a second,
     * which one would pay and the next would not.
     */
    void settleWithFreePages() throws IOException {
        settle();
        Set<StandardOpenOption> scratch =
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
        ByteBuffer piece = ByteBuffer.allocateDirect(SCRATCH_PIECE);
        try (FileChannel file = FileChannel.open(directory.resolve("scratch"), scratch)) {
            while (file.position() < SCRATCH_SIZE) {
                file.write(piece.clear());
            }
        }
    }

    /** Each look at the registry's log is a request of its own. */
    private boolean isQuiet() throws IOException {
        int before = origin.mark();
        Pause.of(QUIET_TIME);
        return origin.mark() == before + 1;
    }

    @Override
    public void close() {
        running.end();
    }
}
