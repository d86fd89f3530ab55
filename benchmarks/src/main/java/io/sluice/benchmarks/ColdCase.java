package io.sluice.benchmarks;

import io.sluice.benchmarks.client.Clients;
import io.sluice.benchmarks.client.Crowd;
import io.sluice.benchmarks.client.CrowdResult;
import io.sluice.benchmarks.client.Target;
import io.sluice.benchmarks.peer.Peer;
import io.sluice.benchmarks.peer.Peers;
import io.sluice.benchmarks.peer.UpstreamRequests;
import io.sluice.benchmarks.report.Bar;
import io.sluice.benchmarks.report.Measure;
import io.sluice.benchmarks.report.Section;
import io.sluice.benchmarks.report.Statistics;
import io.sluice.benchmarks.report.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Clients that ask at once for a blob that nobody holds. Every repetition has a blob of its own. */
final class ColdCase {

    static final Measure GETS = new Measure("GETs of the blob upstream", 0);
    static final Measure HEADS = new Measure("HEADs of the blob upstream", 0);
    static final Measure OTHERS = new Measure("other requests upstream", 0);
    static final Measure FIRST_BYTE = new Measure("first byte, median of the clients, ms", 1);
    static final Measure FIRST_BYTE_99 = new Measure("first byte, 99th percentile, ms", 1);
    static final Measure ADDED = new Measure("first byte, median above the registry's own, ms", 1);
    static final Measure TOTAL = new Measure("until the last client has all of it, s", 2);
    static final Measure FAILED = new Measure("clients that did not get it", 0);

    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final double MAX_ADDED_MILLIS = 20;
    private static final double MOST_TIMES_DIRECT = 1.1;
    private static final int BASELINES = 5;
    private static final int HASHING = 2;

    private final int clients;
    private final long size;
    private final Section section;

    ColdCase(int clients, long size) {
        this.clients = clients;
        this.size = size;
        this.section = new Section(
                "%s, one cold blob of %d MB".formatted(name(clients, "client"), size / 1_000_000),
                List.of(Peers.GATEWAY, Peers.NGINX, Peers.DISTRIBUTION, Peers.DIRECT));
    }

    Section measure(Rig rig, int repeat) throws IOException {
        for (int round = 0; round < repeat; round++) {
            Target blob = rig.origin().publish(size);
            Direct direct = Direct.measure(blob);
            for (Peer peer : rig.peersOfRound(round)) {
                rig.settleWithFreePages();
                measure(rig, peer, blob, direct);
            }
            section.record(FIRST_BYTE, Peers.DIRECT, direct.firstByte());
            section.record(TOTAL, Peers.DIRECT, direct.total());
        }
        return section;
    }

    /**
     * One client that asks the registry itself and compares the digest, as every real one does; the median of several
     * times.
     *
     * @param firstByte milliseconds
     * @param total seconds
     */
    private record Direct(double firstByte, double total) {

        static Direct measure(Target blob) throws IOException {
            double[] firstBytes = new double[BASELINES];
            double[] totals = new double[BASELINES];
            for (int i = 0; i < BASELINES; i++) {
                CrowdResult result = Crowd.download(blob, new Clients(1, 1), LIMIT);
                firstBytes[i] = Statistics.median(result.firstByteMillis());
                totals[i] = seconds(result.total());
            }
            return new Direct(Statistics.median(firstBytes), Statistics.median(totals));
        }
    }

    private void measure(Rig rig, Peer peer, Target blob, Direct direct) throws IOException {
        int mark = rig.origin().mark();
        CrowdResult result =
                Crowd.download(Rig.at(peer, blob), new Clients(clients, Math.min(HASHING, clients)), LIMIT);
        UpstreamRequests upstream = rig.origin().since(mark, blob);
        double firstByte = Statistics.median(result.firstByteMillis());
        section.record(GETS, peer.name(), upstream.gets());
        section.record(HEADS, peer.name(), upstream.heads());
        section.record(OTHERS, peer.name(), upstream.others());
        section.record(FIRST_BYTE, peer.name(), firstByte);
        section.record(FIRST_BYTE_99, peer.name(), Statistics.quantile(0.99, result.firstByteMillis()));
        section.record(ADDED, peer.name(), firstByte - direct.firstByte());
        section.record(TOTAL, peer.name(), seconds(result.total()));
        section.record(FAILED, peer.name(), result.failures().size());
        result.failures().stream().distinct().limit(3).forEach(failure -> section.remark(peer.name() + ": " + failure));
    }

    /** Whether the goals for many clients are met. */
    List<Verdict> verdicts() {
        String who = name(clients, "cold client") + ": ";
        double added = section.median(ADDED, Peers.GATEWAY);
        double gets = section.median(GETS, Peers.GATEWAY);
        return List.of(
                new Verdict(who + "1 upstream GET", gets == 1, "%.0f".formatted(gets)),
                new Verdict(
                        who + "first byte at most the upstream's + 20 ms at the median",
                        added <= MAX_ADDED_MILLIS,
                        "+ %.1f ms".formatted(added)),
                clients == 1
                        ? total(
                                who + "all of it within 1.10 x the time from the registry itself",
                                Peers.DIRECT,
                                MOST_TIMES_DIRECT)
                        : total(who + "all done no later than nginx", Peers.NGINX, 1));
    }

    /** Its total beside that of the peers. */
    List<Bar> bars() {
        String label = name(clients, "cold client") + ": total";
        return Stream.of(Peers.NGINX, Peers.DISTRIBUTION)
                .map(peer ->
                        Bar.ofTimes(label, peer, section.median(TOTAL, Peers.GATEWAY), section.median(TOTAL, peer)))
                .toList();
    }

    private Verdict total(String goal, String peer, double times) {
        double total = section.median(TOTAL, Peers.GATEWAY);
        double other = section.median(TOTAL, peer);
        double failed = section.median(FAILED, Peers.GATEWAY);
        return new Verdict(
                goal,
                failed == 0 && total <= times * other,
                "%.2f s, %s %.2f s, %.0f failed".formatted(total, peer, other, failed));
    }

    private static String name(int count, String one) {
        return count + " " + one + (count == 1 ? "" : "s");
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }
}
