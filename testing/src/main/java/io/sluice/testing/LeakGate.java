package io.sluice.testing;

import io.netty.util.ResourceLeakDetector;
import java.util.List;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Fails a test run that lost a reference-counted buffer. It is on in every test JVM whose class path has this module:
 * JUnit Platform finds the listener, which watches from the first buffer on, and Jupiter the extension, whose verdict
 * falls when the last test has ended.
 *
 * <p>Every leak is printed as a line that begins with {@code LEAK:}, followed by where the buffer was touched. Engines
 * other than Jupiter are watched as well, as far as a Jupiter test runs in the same JVM after them.
 */
public final class LeakGate implements LauncherSessionListener, BeforeAllCallback {

    private static final Namespace NAMESPACE = Namespace.create(LeakGate.class);

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        LeakWatch.install();
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        context.getRoot().getStore(NAMESPACE).computeIfAbsent(Verdict.class, ignored -> new Verdict());
    }

    /** Closed with the root context: what it throws fails the engine, and with it the build. */
    private static final class Verdict implements AutoCloseable {

        @Override
        public void close() {
            List<String> leaks = LeakWatch.leaks();
            leaks.forEach(leak -> System.out.println("LEAK: " + leak));
            if (!leaks.isEmpty()) {
                throw new AssertionError("LEAK: " + leaks.size() + " lost, the first: " + leaks.getFirst());
            }
        }
    }
}
