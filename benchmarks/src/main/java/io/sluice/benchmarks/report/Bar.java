package io.sluice.benchmarks.report;

/**
 * How the gateway compares with a peer.
 *
 * @param label what was measured
 * @param peer whom it is compared with
 * @param ratio how many times as good it is: above 1 is better, for times and for rates
 */
public record Bar(String label, String peer, double ratio) {

    /** Of two rates: more is better. */
    public static Bar ofRates(String label, String peer, double gateway, double other) {
        return new Bar(label, peer, gateway / other);
    }

    /** Of two times: less is better. */
    public static Bar ofTimes(String label, String peer, double gateway, double other) {
        return new Bar(label, peer, other / gateway);
    }

    boolean canBeDrawn() {
        return Double.isFinite(ratio) && ratio > 0;
    }
}
