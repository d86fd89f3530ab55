package io.sluice.benchmarks.client;

/**
 * How many readers of each kind.
 *
 * @param whole that read all of it as fast as they can, and then all of it again
 * @param crawling that read 1 KiB a second
 * @param stopping that read 64 KiB and then nothing
 * @param leaving that hang up in the middle, and come back
 */
public record Mix(int whole, int crawling, int stopping, int leaving) {

    /** Ten that read all of it; the others crawl, stop and leave in equal parts. */
    public static Mix of(int readers) {
        int whole = Math.min(10, readers);
        int third = (readers - whole) / 3;
        return new Mix(whole, third, third, readers - whole - 2 * third);
    }

    public int total() {
        return whole + crawling + stopping + leaving;
    }
}
