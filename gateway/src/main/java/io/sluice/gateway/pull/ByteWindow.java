package io.sluice.gateway.pull;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How much more of a body may be asked for. What is asked for and what has arrived take no more than a number of bytes,
 * although bodies can only be asked for in buffers: one that is yet to come counts as long as buffers get.
 */
final class ByteWindow {

    private final int longest;
    private final AtomicLong room;

    /**
     * An empty one.
     *
     * @param bytes how much it holds
     * @param longest how long a buffer gets, bytes; one that is longer all the same counts with its length
     */
    ByteWindow(long bytes, int longest) {
        this.room = new AtomicLong(bytes);
        this.longest = longest;
    }

    /** Takes the room for as many buffers as fit, and says how many that are; they are to be asked for. */
    long take() {
        return Math.max(0, room.getAndUpdate(bytes -> bytes < longest ? bytes : bytes % longest) / longest);
    }

    /** A buffer that was asked for is there. */
    void arrived(int length) {
        room.addAndGet(longest - length);
    }

    /** Bytes that were there are gone. */
    void left(long bytes) {
        room.addAndGet(bytes);
    }
}
