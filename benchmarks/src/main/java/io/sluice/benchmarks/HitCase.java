package io.sluice.benchmarks;

import io.sluice.benchmarks.client.Crowd;
import io.sluice.benchmarks.client.Target;
import io.sluice.benchmarks.client.Throughput;
import io.sluice.benchmarks.peer.Peer;
import io.sluice.benchmarks.peer.Peers;
import io.sluice.benchmarks.report.Bar;
import io.sluice.benchmarks.report.Measure;
import io.sluice.benchmarks.report.Section;
import io.sluice.benchmarks.report.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Clients that get a blob that is held, again and again on connections that stay open. */
final class HitCase {

    private static final int MANY = 8;

    /** What is read by how many at once, and how it is counted. */
    private record Load(String blob, long size, int clients, boolean countsBytes) {

        Measure measure() {
            String who = "%s, %d %s: ".formatted(blob, clients, clients == 1 ? "client" : "clients");
            return countsBytes ? new Measure(who + "MB/s", 0) : new Measure(who + "requests/s", 0);
        }

        Measure upstream() {
            return new Measure("%s, %d: GETs upstream meanwhile".formatted(blob, clients), 0);
        }

        double value(Throughput throughput) {
            return countsBytes ? throughput.bytesPerSecond() / 1e6 : throughput.requestsPerSecond();
        }
    }

    private final List<Load> loads;
    private final Duration window;
    private final Section section = new Section(
            "Hits on keep-alive connections", List.of(Peers.GATEWAY, Peers.NGINX, Peers.DISTRIBUTION, Peers.DIRECT));

    HitCase(long size, Duration window) {
        String large = size / 1_000_000 + " MB";
        this.window = window;
        this.loads = List.of(
                new Load(large, size, 1, true),
                new Load(large, size, MANY, true),
                new Load("1 MB", 1_000_000, MANY, false),
                new Load("1 KB", 1_000, MANY, false));
    }

    Section measure(Rig rig, int repeat) throws IOException {
        for (Load load : loads) {
            Target blob = rig.origin().publish(load.size());
            for (Peer peer : rig.peers()) {
                if (!rig.fill(peer, blob)) {
                    section.remark(peer.name() + " did not come to hold a blob: what is counted is no hit");
                }
            }
            for (int round = 0; round < repeat; round++) {
                rig.settle();
                for (Peer peer : rig.everyoneOfRound(round)) {
                    measure(rig, peer, load, blob);
                }
            }
        }
        return section;
    }

    private void measure(Rig rig, Peer peer, Load load, Target blob) throws IOException {
        int mark = rig.origin().mark();
        Throughput throughput = Crowd.repeat(Rig.at(peer, blob), load.clients(), window);
        section.record(load.measure(), peer.name(), load.value(throughput));
        if (!peer.name().equals(Peers.DIRECT)) {
            section.record(
                    load.upstream(), peer.name(), rig.origin().since(mark, blob).gets());
        }
        throughput.failures().stream()
                .distinct()
                .limit(3)
                .forEach(failure -> section.remark(peer.name() + ": " + failure));
    }

    /** Whether hits are as fast as distribution's, and those of the large blob as the faster of both peers. */
    List<Verdict> verdicts() {
        return loads.stream().map(this::verdict).toList();
    }

    /** Its rates beside those of the peers. */
    List<Bar> bars() {
        return loads.stream()
                .flatMap(load -> Stream.of(Peers.NGINX, Peers.DISTRIBUTION).map(peer -> bar(load, peer)))
                .toList();
    }

    private Bar bar(Load load, String peer) {
        return Bar.ofRates(
                "hits, %s, %d at once".formatted(load.blob(), load.clients()),
                peer,
                section.median(load.measure(), Peers.GATEWAY),
                section.median(load.measure(), peer));
    }

    private Verdict verdict(Load load) {
        Measure measure = load.measure();
        double gateway = section.median(measure, Peers.GATEWAY);
        double distribution = section.median(measure, Peers.DISTRIBUTION);
        double nginx = section.median(measure, Peers.NGINX);
        double other = load.countsBytes() ? Math.max(distribution, nginx) : distribution;
        String others = load.countsBytes() ? "the better of nginx's and distribution's" : "distribution's";
        return new Verdict(
                "hits, " + measure.name() + ", at least " + others,
                gateway >= other && section.median(load.upstream(), Peers.GATEWAY) == 0,
                "%.0f, nginx %.0f, distribution %.0f".formatted(gateway, nginx, distribution));
    }
}
