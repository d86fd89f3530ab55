package io.sluice.gateway.upstream;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.sluice.gateway.upstream.TransportSettings.Trust;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.Http11SslContextSpec;

/**
 * What the files of a route's {@code trust} hold; it shows nothing of the key.
 *
 * @param authorities whom to trust beyond this machine's authorities
 * @param chain our certificate and those that lead to its authority; empty for none
 * @param key the key of our certificate, or null
 */
record TlsMaterial(
        List<X509Certificate> authorities,
        List<X509Certificate> chain,
        @Nullable PrivateKey key) {

    /**
     * Reads the files; blocks.
     *
     * @throws IllegalArgumentException if one of them is not what it should be
     */
    static TlsMaterial read(Trust trust) {
        List<X509Certificate> authorities = trust.authorities().stream()
                .flatMap(file -> new PemFile(file).certificates().stream())
                .toList();
        if (trust.certificate() == null || trust.privateKey() == null) {
            return new TlsMaterial(authorities, List.of(), null);
        }
        List<X509Certificate> chain = new PemFile(trust.certificate()).certificates();
        PrivateKey key = new PemFile(trust.privateKey()).privateKey();
        if (!PemFile.isPair(chain.getFirst(), key)) {
            throw new IllegalArgumentException(trust.privateKey() + " is not the key of " + trust.certificate());
        }
        return new TlsMaterial(authorities, chain, key);
    }

    /** For every host but the registry: our certificate is shown to nobody. */
    SslContext withoutOurCertificate() {
        return build(builder -> {});
    }

    /** For the registry. */
    SslContext withOurCertificate() {
        return key == null ? withoutOurCertificate() : build(this::addOurCertificate);
    }

    private void addOurCertificate(SslContextBuilder builder) {
        builder.keyManager(key, chain.toArray(X509Certificate[]::new));
    }

    private SslContext build(Consumer<SslContextBuilder> identity) {
        try {
            TrustManagerFactory trusted = trusted();
            return Http11SslContextSpec.forClient()
                    .configure(builder -> identity.accept(builder.trustManager(trusted)))
                    .sslContext();
        } catch (SSLException | GeneralSecurityException e) {
            throw new IllegalArgumentException("the certificates cannot be used: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new IllegalStateException("an empty key store needs no input", e);
        }
    }

    private TrustManagerFactory trusted() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        int number = 0;
        for (X509Certificate authority :
                Stream.concat(ofThisMachine(), authorities.stream()).toList()) {
            store.setCertificateEntry("authority-" + number++, authority);
        }
        TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusted.init(store);
        return trusted;
    }

    private static Stream<X509Certificate> ofThisMachine() throws GeneralSecurityException {
        TrustManagerFactory system = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        system.init((KeyStore) null);
        return Stream.of(system.getTrustManagers()).flatMap(TlsMaterial::accepted);
    }

    private static Stream<X509Certificate> accepted(TrustManager trusted) {
        return trusted instanceof X509TrustManager x509 ? Stream.of(x509.getAcceptedIssuers()) : Stream.empty();
    }

    @Override
    public String toString() {
        return "TlsMaterial[" + authorities.size() + " authorities, " + chain.size() + " certificates]";
    }
}
