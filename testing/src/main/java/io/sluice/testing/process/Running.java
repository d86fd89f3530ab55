package io.sluice.testing.process;

import java.util.ArrayDeque;
import java.util.Deque;

/** What was started. All of it is ended, in the opposite order, also if a part could not be started. */
public final class Running {

    private final Deque<Started> started = new ArrayDeque<>();

    /** Remembers something that was started, and returns it. */
    public <T extends Started> T add(T running) {
        started.push(running);
        return running;
    }

    /** Ends everything. Throws what the last of those threw that could not be ended well. */
    public void end() {
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
