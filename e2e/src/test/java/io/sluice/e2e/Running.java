package io.sluice.e2e;

import java.util.ArrayDeque;
import java.util.Deque;

/** What a test class has started. All of it is ended, in the opposite order, also if a part could not be started. */
final class Running {

    private final Deque<Started> started = new ArrayDeque<>();

    <T extends Started> T add(T running) {
        started.push(running);
        return running;
    }

    /** Ends everything. Throws what the last of those threw that could not be ended well. */
    void end() {
        if (started.isEmpty()) {
            return;
        }
        try {
            started.pop().close();
        } finally {
            end();
        }
    }
}
