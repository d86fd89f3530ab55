package io.sluice.benchmarks;

import io.sluice.benchmarks.peer.Peer;
import io.sluice.benchmarks.peer.Peers;
import io.sluice.benchmarks.peer.UpstreamRequests;
import io.sluice.benchmarks.report.Bar;
import io.sluice.benchmarks.report.Measure;
import io.sluice.benchmarks.report.Section;
import io.sluice.testing.process.Command;
import io.sluice.testing.process.DockerDaemon;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** A whole {@code docker pull}, of an image that the peer does not hold, and then of the same one that it holds. */
final class PullCase {

    private static final int LAYERS = 4;
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private final long layerSize;
    private final Section section;

    /** What the peer holds before. */
    private record Temperature(String text) {

        static final Temperature COLD = new Temperature("cold");
        static final Temperature WARM = new Temperature("warm");

        Measure seconds() {
            return new Measure(text + ", s", 2);
        }

        Measure blobs() {
            return new Measure(text + ": GETs of blobs upstream", 0);
        }

        Measure others() {
            return new Measure(text + ": other requests upstream", 0);
        }
    }

    PullCase(long layerSize) {
        this.layerSize = layerSize;
        this.section = new Section(
                "`docker pull` of an image of %d layers of %d MB".formatted(LAYERS, layerSize / 1_000_000),
                List.of(Peers.GATEWAY, Peers.NGINX, Peers.DISTRIBUTION, Peers.DIRECT));
    }

    /** How much an image takes at the registry and at each peer, bytes. */
    static long imageSize(long layerSize) {
        return LAYERS * layerSize;
    }

    /** Runs it with a daemon that keeps everything below the directory. Every repetition has an image of its own. */
    Section measure(Rig rig, Path directory, int repeat) throws IOException {
        try (DockerDaemon daemon = DockerDaemon.start(directory, "{}")) {
            section.remark("docker "
                    + daemon.command("version", "--format", "{{.Server.Version}}")
                            .print()
                    + ", storage driver "
                    + daemon.command("info", "--format", "{{.Driver}}").print());
            for (int round = 0; round < repeat; round++) {
                String image = rig.origin().publishImage(LAYERS, layerSize);
                for (Peer peer : rig.everyoneOfRound(round)) {
                    measure(rig, daemon, peer, image, Temperature.COLD);
                    measure(rig, daemon, peer, image, Temperature.WARM);
                }
            }
            return section;
        }
    }

    private void measure(Rig rig, DockerDaemon daemon, Peer peer, String image, Temperature temperature)
            throws IOException {
        rig.settleWithFreePages();
        String name = peer.uri().getAuthority() + "/" + image;
        int mark = rig.origin().mark();
        long start = System.nanoTime();
        patient(daemon.command("pull", "--quiet", name)).print();
        section.record(temperature.seconds(), peer.name(), (System.nanoTime() - start) / 1e9);
        if (!peer.name().equals(Peers.DIRECT)) {
            UpstreamRequests upstream = rig.origin().since(mark);
            section.record(temperature.blobs(), peer.name(), upstream.gets());
            section.record(temperature.others(), peer.name(), upstream.heads() + upstream.others());
        }
        patient(daemon.command("rmi", "--force", name)).print();
    }

    private static Command patient(Command command) {
        return new Command(command.words(), command.environment(), LIMIT);
    }

    /** Its times beside those of the peers. */
    List<Bar> bars() {
        return Stream.of(Temperature.COLD, Temperature.WARM)
                .flatMap(temperature ->
                        Stream.of(Peers.NGINX, Peers.DISTRIBUTION).map(peer -> bar(temperature, peer)))
                .toList();
    }

    private Bar bar(Temperature temperature, String peer) {
        return Bar.ofTimes(
                "docker pull, " + temperature.text,
                peer,
                section.median(temperature.seconds(), Peers.GATEWAY),
                section.median(temperature.seconds(), peer));
    }
}
