package io.sluice.gateway;

import io.sluice.gateway.metrics.UpstreamMetrics;
import io.sluice.gateway.upstream.RegistryFactory;
import io.sluice.gateway.upstream.TlsVerdict;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import reactor.core.Disposable;
import reactor.core.Disposables;

/**
 * Looks once, after the start, whether there is TLS with every upstream, and says why where there is none (T24). It neither
 * keeps anything waiting nor stops anything: an upstream may be repaired later.
 */
final class UpstreamProbe implements ApplicationListener<ApplicationReadyEvent>, Disposable {

    private static final Logger log = LoggerFactory.getLogger(UpstreamProbe.class);

    private final RegistryFactory registries;
    private final UpstreamMetrics metrics;
    private final Disposable.Swap looking = Disposables.swap();

    UpstreamProbe(RegistryFactory registries, UpstreamMetrics metrics) {
        this.registries = registries;
        this.metrics = metrics;
    }

    @Override
    public void onApplicationEvent(ApplicationReadyEvent event) {
        looking.update(registries.probe().subscribe(this::tell));
    }

    private void tell(TlsVerdict verdict) {
        switch (verdict.state()) {
            case SECURE -> metrics.tls(verdict.route(), true);
            case REFUSED -> {
                metrics.tls(verdict.route(), false);
                log.warn("{}: no TLS with {}: {}", verdict.route(), verdict.host(), verdict.reason());
            }
            case UNKNOWN -> log.info("{}: not reached to look at its TLS: {}", verdict.route(), verdict.reason());
        }
    }

    @Override
    public void dispose() {
        looking.dispose();
    }
}
