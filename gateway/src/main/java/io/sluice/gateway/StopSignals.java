package io.sluice.gateway;

import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What tells the process to end: SIGTERM, and SIGINT from a terminal. It ends in order and with exit code 0, where the
 * JVM's own handler would leave 143 or 130; the same signal again ends it at once, and with that code. One of each is one
 * wish: a terminal signals the process, and so does Maven, which it signals too.
 */
final class StopSignals {

    private static final int SIGINT = 2;
    private static final int SIGTERM = 15;
    private static final int KILLED_BY = 128;

    private static final Logger log = LoggerFactory.getLogger(StopSignals.class);

    private volatile Runnable interrupted = () -> {};

    private StopSignals() {}

    /** Takes the signals for this process; a JVM that may not have them ({@code -Xrs}) keeps its own ways. */
    static StopSignals take() {
        StopSignals signals = new StopSignals();
        handle("TERM", SIGTERM, () -> {});
        handle("INT", SIGINT, () -> signals.interrupted.run());
        return signals;
    }

    /** Says what SIGINT does before the end begins. */
    void onInterrupt(Runnable action) {
        interrupted = action;
    }

    private static void handle(String name, int number, Runnable before) {
        AtomicBoolean repeated = new AtomicBoolean();
        handle(name, () -> {
            if (repeated.getAndSet(true)) {
                Runtime.getRuntime().halt(KILLED_BY + number);
            }
            before.run();
            System.exit(0);
        });
    }

    /** Lets SIGHUP, which would end the process, do something else. */
    static void onHangUp(Runnable action) {
        handle("HUP", action);
    }

    /** Reaches {@code sun.misc.Signal} by its name: of the class itself javac warns, whatever one suppresses. */
    private static void handle(String name, Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object runsAction = Proxy.newProxyInstance(
                    handler.getClassLoader(), new Class<?>[] {handler}, (self, method, given) -> {
                        action.run();
                        return null;
                    });
            Object named = signal.getConstructor(String.class).newInstance(name);
            signal.getMethod("handle", signal, handler).invoke(null, named, runsAction);
        } catch (ReflectiveOperationException e) {
            log.warn("SIG{} is left to the JVM: {}", name, String.valueOf(e.getCause()));
        }
    }
}
