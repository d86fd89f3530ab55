package io.sluice.benchmarks;

import io.sluice.benchmarks.client.Arrival;
import io.sluice.benchmarks.client.Arrivals;
import io.sluice.benchmarks.client.Target;
import io.sluice.benchmarks.client.Wrk;
import io.sluice.benchmarks.peer.Peer;
import io.sluice.benchmarks.peer.Peers;
import io.sluice.benchmarks.peer.PublishedManifest;
import io.sluice.benchmarks.report.Measure;
import io.sluice.benchmarks.report.Section;
import io.sluice.benchmarks.report.Statistics;
import io.sluice.benchmarks.report.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Hits of a manifest that come at a fixed rate, of each peer that can keep up with it. */
final class LatencyCase {

    private static final int PER_SECOND = 2_000;
    private static final double RESERVE = 1.2;
    private static final int CONNECTIONS = 32;
    private static final Duration WARM_UP = Duration.ofSeconds(10);
    private static final int WINDOWS = 2;
    private static final double MOST_MILLIS = 20;

    private final Duration window;
    private final Section section = new Section(
            "Hits of a manifest of some 500 bytes, %,d a second".formatted(PER_SECOND),
            List.of(Peers.GATEWAY, Peers.NGINX, Peers.DISTRIBUTION, Peers.DIRECT));

    /** By what it is asked for. */
    private record Way(String text) {

        static final Way DIGEST = new Way("by digest");
        static final Way TAG = new Way("by fresh tag");

        Measure half() {
            return new Measure(text + ", p50, ms", 2);
        }

        Measure ninetyNine() {
            return new Measure(text + ", p99, ms", 2);
        }

        Measure most() {
            return new Measure(text + ", most, ms", 2);
        }

        Measure failed() {
            return new Measure(text + ": requests that failed", 0);
        }

        Measure upstream() {
            return new Measure(text + ": requests upstream meanwhile", 0);
        }
    }

    /** They come for twice this time. */
    LatencyCase(Duration window) {
        this.window = window;
    }

    Section measure(Rig rig, int repeat) throws IOException {
        PublishedManifest manifest = rig.origin().publishManifest();
        measure(rig, repeat, Way.DIGEST, manifest.byDigest());
        measure(rig, repeat, Way.TAG, manifest.byTag());
        return section;
    }

    private void measure(Rig rig, int repeat, Way way, Target target) throws IOException {
        List<String> able = new ArrayList<>();
        for (Peer peer : rig.everyoneOfRound(0)) {
            if (keepsUp(rig, way, peer, target)) {
                able.add(peer.name());
            }
        }
        for (int round = 0; round < repeat; round++) {
            rig.settle();
            for (Peer peer : rig.everyoneOfRound(round)) {
                if (able.contains(peer.name())) {
                    measure(rig, way, peer, target);
                }
            }
        }
    }

    /** Below its own limit nobody is asked for more than it can do: then the wait would be as long as the test. */
    private boolean keepsUp(Rig rig, Way way, Peer peer, Target target) throws IOException {
        if (!peer.name().equals(Peers.DIRECT)) {
            rig.fill(peer, target);
        }
        Wrk.load(Rig.at(peer, target), CONNECTIONS, WARM_UP);
        double most = Wrk.load(Rig.at(peer, target), CONNECTIONS, window).perSecond();
        if (most < RESERVE * PER_SECOND) {
            section.remark("%s, %s: not asked, as it answers %.0f a second".formatted(peer.name(), way.text, most));
            return false;
        }
        return true;
    }

    private void measure(Rig rig, Way way, Peer peer, Target target) throws IOException {
        int mark = rig.origin().mark();
        List<Arrival> arrivals = Arrivals.of(List.of(Rig.at(peer, target)), PER_SECOND, window.multipliedBy(WINDOWS));
        double[] millis = arrivals.stream()
                .filter(arrival -> !arrival.hasFailed())
                .mapToDouble(Arrival::millis)
                .toArray();
        section.record(way.half(), peer.name(), Statistics.median(millis));
        section.record(way.ninetyNine(), peer.name(), Statistics.quantile(0.99, millis));
        section.record(way.most(), peer.name(), Statistics.max(millis));
        section.record(way.failed(), peer.name(), arrivals.size() - millis.length);
        if (!peer.name().equals(Peers.DIRECT)) {
            section.record(
                    way.upstream(),
                    peer.name(),
                    rig.origin().since(mark, target).all());
        }
    }

    /** Whether nearly all of the gateway's are soon enough. */
    List<Verdict> verdicts() {
        return Stream.of(Way.DIGEST, Way.TAG).map(this::verdict).toList();
    }

    private Verdict verdict(Way way) {
        double ninetyNine = section.median(way.ninetyNine(), Peers.GATEWAY);
        double failed = section.median(way.failed(), Peers.GATEWAY);
        return new Verdict(
                "manifest hit, %s, %,d a second: p99 at most 20 ms".formatted(way.text, PER_SECOND),
                ninetyNine <= MOST_MILLIS && failed == 0,
                Double.isNaN(ninetyNine)
                        ? "not asked, as it cannot keep up"
                        : "%.2f ms, %.0f failed".formatted(ninetyNine, failed));
    }
}
