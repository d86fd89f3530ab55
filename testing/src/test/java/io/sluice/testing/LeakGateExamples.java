package io.sluice.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.PrintWriter;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** Runs one of its own test classes; the exit value is 1 when the run failed. Not named like a test on purpose. */
final class LeakGateExamples {

    private LeakGateExamples() {}

    public static void main(String[] arguments) {
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(DiscoverySelectors.selectClass(arguments[0]))
                .build();
        SummaryGeneratingListener summary = new SummaryGeneratingListener();
        LauncherFactory.create().execute(request, summary);
        summary.getSummary().printFailuresTo(new PrintWriter(System.out, true, UTF_8));
        boolean passed = summary.getSummary().getFailures().isEmpty()
                && summary.getSummary().getTestsSucceededCount() == 1;
        System.exit(passed ? 0 : 1);
    }

    static class Leaking {

        @Test
        void losesABuffer() {
            allocate();
        }

        private static void allocate() {
            ByteBuf lost = ByteBufAllocator.DEFAULT.buffer(16);
            lost.writeByte(1);
        }
    }

    static class Releasing {

        @Test
        void releasesABuffer() {
            ByteBuf buffer = ByteBufAllocator.DEFAULT.buffer(16);
            buffer.writeByte(1);
            buffer.release();
        }
    }
}
