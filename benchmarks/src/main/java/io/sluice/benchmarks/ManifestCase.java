package io.sluice.benchmarks;

import io.sluice.benchmarks.client.Crowd;
import io.sluice.benchmarks.client.Rate;
import io.sluice.benchmarks.client.Target;
import io.sluice.benchmarks.client.Target.Method;
import io.sluice.benchmarks.client.Wrk;
import io.sluice.benchmarks.peer.Peer;
import io.sluice.benchmarks.peer.Peers;
import io.sluice.benchmarks.peer.PublishedManifest;
import io.sluice.benchmarks.report.Bar;
import io.sluice.benchmarks.report.Measure;
import io.sluice.benchmarks.report.Section;
import io.sluice.benchmarks.report.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** Clients that ask for a manifest that is held, again and again on connections that stay open. */
final class ManifestCase {

    private static final int CONNECTIONS = 32;
    private static final int WARM_UP_WINDOWS = 3;
    private static final double TIMES_NGINX = 1;
    private static final double TIMES_DISTRIBUTION = 20;

    private final Duration window;
    private final Section section = new Section(
            "Hits of a manifest of some 500 bytes, %d connections".formatted(CONNECTIONS),
            List.of(Peers.GATEWAY, Peers.NGINX, Peers.DISTRIBUTION, Peers.DIRECT));

    /** How it is asked for. */
    private record Way(String text, Function<PublishedManifest, Target> target) {

        static final List<Way> ALL = List.of(
                new Way("GET by digest", PublishedManifest::byDigest),
                new Way("GET by fresh tag", PublishedManifest::byTag),
                new Way("HEAD by digest", manifest -> manifest.byDigest().head()),
                new Way("HEAD by fresh tag", manifest -> manifest.byTag().head()));

        Measure rate() {
            return new Measure(text + ": requests/s", 0);
        }

        Measure upstream() {
            return new Measure(text + ": requests upstream meanwhile", 0);
        }

        Measure failures() {
            return new Measure(text + ": kinds of other answers than 200", 0);
        }
    }

    /** How long each peer is asked in each way, in each repetition. */
    ManifestCase(Duration window) {
        this.window = window;
    }

    Section measure(Rig rig, int repeat) throws IOException {
        PublishedManifest manifest = rig.origin().publishManifest();
        for (Way way : Way.ALL) {
            Target target = way.target.apply(manifest);
            for (Peer peer : rig.peers()) {
                warmUp(rig, peer, target, way);
            }
        }
        for (Way way : Way.ALL) {
            Target target = way.target.apply(manifest);
            for (int round = 0; round < repeat; round++) {
                rig.settle();
                for (Peer peer : rig.everyoneOfRound(round)) {
                    measure(rig, peer, target, way);
                }
            }
        }
        return section;
    }

    private void warmUp(Rig rig, Peer peer, Target target, Way way) throws IOException {
        if (!rig.fill(peer, target)) {
            section.remark(
                    "%s asks the registry each time, %s: what is counted is no hit".formatted(peer.name(), way.text));
        }
        load(Rig.at(peer, target), window.multipliedBy(WARM_UP_WINDOWS));
    }

    private void measure(Rig rig, Peer peer, Target target, Way way) throws IOException {
        int mark = rig.origin().mark();
        Rate rate = load(Rig.at(peer, target), window);
        section.record(way.rate(), peer.name(), rate.perSecond());
        section.record(way.failures(), peer.name(), rate.failures().size());
        if (!peer.name().equals(Peers.DIRECT)) {
            section.record(
                    way.upstream(),
                    peer.name(),
                    rig.origin().since(mark, target).all());
        }
        rate.failures().stream()
                .distinct()
                .limit(3)
                .forEach(failure -> section.remark("%s, %s: %s".formatted(peer.name(), way.text, failure)));
    }

    private static Rate load(Target target, Duration time) throws IOException {
        return target.method() == Method.GET
                ? Wrk.load(target, CONNECTIONS, time)
                : Crowd.repeat(target, CONNECTIONS, time).rate();
    }

    /** Whether hits are as fast as they should be, for each way and each peer that they are compared with. */
    List<Verdict> verdicts() {
        return Way.ALL.stream()
                .flatMap(way -> Stream.of(
                        verdict(way, Peers.NGINX, TIMES_NGINX), verdict(way, Peers.DISTRIBUTION, TIMES_DISTRIBUTION)))
                .toList();
    }

    /** Its rates beside those of the peers. */
    List<Bar> bars() {
        return Way.ALL.stream()
                .flatMap(way -> Stream.of(Peers.NGINX, Peers.DISTRIBUTION).map(peer -> bar(way, peer)))
                .toList();
    }

    private Bar bar(Way way, String peer) {
        return Bar.ofRates(
                "manifest, " + way.text,
                peer,
                section.median(way.rate(), Peers.GATEWAY),
                section.median(way.rate(), peer));
    }

    private Verdict verdict(Way way, String peer, double times) {
        double gateway = section.median(way.rate(), Peers.GATEWAY);
        double other = section.median(way.rate(), peer);
        boolean clean = section.median(way.upstream(), Peers.GATEWAY) == 0
                && section.median(way.failures(), Peers.GATEWAY) == 0;
        return new Verdict(
                "manifest hit, %s: requests/s at least %.1f x %s's".formatted(way.text, times, peer),
                clean && gateway >= times * other,
                "%.0f, %s %.0f: %.2f x".formatted(gateway, peer, other, gateway / other));
    }
}
