package io.sluice.benchmarks;

import io.sluice.benchmarks.client.Crowd;
import io.sluice.benchmarks.client.Pause;
import io.sluice.benchmarks.client.Target;
import io.sluice.benchmarks.client.Wrk;
import io.sluice.benchmarks.peer.Peer;
import io.sluice.benchmarks.peer.Peers;
import io.sluice.benchmarks.report.Measure;
import io.sluice.benchmarks.report.Section;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.DoubleSupplier;

/** How much memory each peer takes: when it was just started, and when it serves hits. */
final class FootprintCase {

    private static final double MIB = 1024 * 1024;
    private static final int CONNECTIONS = 32;
    private static final int READERS = 8;
    private static final int WINDOWS = 2;
    private static final Duration REST = Duration.ofSeconds(3);

    private final long blobSize;
    private final Duration window;
    private final Section section =
            new Section("Memory of each peer", List.of(Peers.GATEWAY, Peers.NGINX, Peers.DISTRIBUTION));

    /** What it does meanwhile. */
    private record Phase(String text) {

        Measure resident() {
            return new Measure(text + ": resident, most, MiB", 0);
        }

        Measure heap() {
            return new Measure(text + ": heap in use, garbage included, most, MiB", 0);
        }
    }

    /** Something that lasts for some time. */
    private interface Load {

        void run() throws IOException;
    }

    /** Each load lasts for twice this time. */
    FootprintCase(long blobSize, Duration window) {
        this.blobSize = blobSize;
        this.window = window.multipliedBy(WINDOWS);
    }

    /** Runs it once, of peers that have done nothing yet. */
    Section measure(Rig rig) throws IOException {
        Phase idle = new Phase("idle after the start");
        Phase manifests = new Phase("manifest hits on %d connections".formatted(CONNECTIONS));
        Phase blobs = new Phase("%d readers of %d MB".formatted(READERS, blobSize / 1_000_000));
        for (Peer peer : rig.peers()) {
            watch(rig, peer, idle, () -> Pause.of(REST));
        }
        Target manifest = rig.origin().publishManifest().byDigest();
        for (Peer peer : rig.peers()) {
            rig.fill(peer, manifest);
            watch(rig, peer, manifests, () -> Wrk.load(Rig.at(peer, manifest), CONNECTIONS, window));
        }
        Target blob = rig.origin().publish(blobSize);
        for (Peer peer : rig.peers()) {
            rig.fill(peer, blob);
            watch(rig, peer, blobs, () -> Crowd.repeat(Rig.at(peer, blob), READERS, window));
        }
        return section;
    }

    private void watch(Rig rig, Peer peer, Phase phase, Load load) throws IOException {
        boolean isGateway = peer.name().equals(Peers.GATEWAY);
        DoubleSupplier heap =
                () -> isGateway ? rig.gateway().metric("jvm_memory_used_bytes{area=\"heap\"") / MIB : Double.NaN;
        try (Peak resident = new Peak(new ProcessTree(peer.pid())::residentMib);
                Peak used = new Peak(heap)) {
            load.run();
            section.record(phase.resident(), peer.name(), resident.most());
            if (isGateway) {
                section.record(phase.heap(), peer.name(), used.most());
            }
        }
    }
}
