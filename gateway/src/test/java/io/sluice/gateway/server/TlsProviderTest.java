package io.sluice.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.gateway.metrics.GatewayMetrics;
import java.nio.file.FileSystemException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class TlsProviderTest {

    @Test
    @EnabledOnOs(OS.LINUX)
    void onLinuxTheNativeOneIsUsed() {
        assertThat(TlsProvider.ofThisProcess()).isEqualTo(new TlsProvider("openssl", "BoringSSL"));
    }

    @Test
    void whichOneIsUsedIsShown() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        new TlsProvider("jdk", "").shownBy(new GatewayMetrics(registry));

        assertThat(registry.get("sluice.tls.provider")
                        .tag("provider", "jdk")
                        .gauge()
                        .value())
                .isEqualTo(1);
    }

    @Test
    void ofAllThatNettyTriesTheReasonIsThatOfThisPlatform() {
        Throwable tried = new UnsatisfiedLinkError("could not load netty_tcnative_linux_x86_64");
        tried.initCause(new FileSystemException("/tmp/x.so", null, "Read-only file system"));
        tried.addSuppressed(new UnsatisfiedLinkError("not in java.library.path"));
        Throwable failure = new IllegalArgumentException("none of the libraries");
        failure.addSuppressed(tried);
        failure.addSuppressed(new UnsatisfiedLinkError("could not load netty_tcnative"));

        assertThat(TlsProvider.reason(failure)).isEqualTo("/tmp/x.so: Read-only file system");
        assertThat(TlsProvider.reason(new UnsupportedOperationException("disabled")))
                .isEqualTo("disabled");
    }
}
