package io.sluice.gateway.server;

import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.SslOptions;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.core.Ordered;

/**
 * Gives the TLS of the main port its ciphers where the configuration names none (RFC 9325, section 4.2): those with forward
 * secrecy that authenticate what they encrypt, whoever {@link TlsProvider does TLS}. The one that Go's clients prefer is
 * first. Comes after Boot's own settings.
 */
final class ClientCiphers implements WebServerFactoryCustomizer<NettyReactiveWebServerFactory>, Ordered {

    static final String[] CIPHERS = {
        "TLS_AES_128_GCM_SHA256",
        "TLS_AES_256_GCM_SHA384",
        "TLS_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
    };

    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE;
    }

    @Override
    public void customize(NettyReactiveWebServerFactory factory) {
        Ssl tls = factory.getSsl();
        if (tls != null && tls.getCiphers() == null) {
            tls.setCiphers(CIPHERS.clone());
        }
        SslBundles bundles = factory.getSslBundles();
        if (bundles != null) {
            factory.setSslBundles(new Bundles(bundles));
        }
    }

    static SslBundle withCiphers(SslBundle bundle) {
        SslOptions options = bundle.getOptions();
        if (options.getCiphers() != null) {
            return bundle;
        }
        return SslBundle.of(
                bundle.getStores(),
                bundle.getKey(),
                SslOptions.of(CIPHERS.clone(), options.getEnabledProtocols()),
                bundle.getProtocol(),
                bundle.getManagers());
    }

    /** Bundles as they are, but for the ciphers; also when they are read again. */
    private record Bundles(SslBundles bundles) implements SslBundles {

        @Override
        public SslBundle getBundle(String name) {
            return withCiphers(bundles.getBundle(name));
        }

        @Override
        public void addBundleUpdateHandler(String name, Consumer<SslBundle> handler) {
            bundles.addBundleUpdateHandler(name, bundle -> handler.accept(withCiphers(bundle)));
        }

        @Override
        public void addBundleRegisterHandler(BiConsumer<String, SslBundle> handler) {
            bundles.addBundleRegisterHandler((name, bundle) -> handler.accept(name, withCiphers(bundle)));
        }

        @Override
        public List<String> getBundleNames() {
            return bundles.getBundleNames();
        }
    }
}
