package io.sluice.gateway.server;

import io.netty.handler.ssl.OpenSsl;
import io.sluice.gateway.metrics.GatewayMetrics;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;

/**
 * Who does the TLS of this process, with clients and with upstreams: BoringSSL as Netty brings it along, or the JDK where that
 * cannot be loaded. Reactor Netty chooses so by itself; this says after the start which it was.
 *
 * @param name {@code openssl}, as Netty calls it, or {@code jdk}
 * @param detail what it is, or why there is no other
 */
record TlsProvider(String name, String detail) implements ApplicationListener<ApplicationReadyEvent> {

    private static final Logger log = LoggerFactory.getLogger(TlsProvider.class);

    /** That of this process; loads the native library, and blocks for that, if nobody has so far. */
    static TlsProvider ofThisProcess() {
        return OpenSsl.isAvailable()
                ? new TlsProvider("openssl", OpenSsl.versionString())
                : new TlsProvider("jdk", reason(OpenSsl.unavailabilityCause()));
    }

    /** What Netty met first: it tries one name after the other, and only the first is that of this platform. */
    static String reason(Throwable failure) {
        Throwable innermost = failure;
        while (true) {
            Throwable[] tried = innermost.getSuppressed();
            if (innermost.getCause() != null) {
                innermost = innermost.getCause();
            } else if (tried.length > 0) {
                innermost = tried[0];
            } else {
                return String.valueOf(innermost.getMessage());
            }
        }
    }

    TlsProvider shownBy(GatewayMetrics metrics) {
        metrics.tlsProvider(name);
        return this;
    }

    @Override
    public void onApplicationEvent(ApplicationReadyEvent event) {
        log.info("TLS by {}: {}", name, detail);
    }
}
