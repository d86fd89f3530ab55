package io.sluice.gateway.upstream;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.sluice.gateway.upstream.TransportSettings.Trust;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/** A certificate authority that exists for a test, and what it signs. */
final class TestTls {

    private final X509Bundle authority;

    TestTls() throws Exception {
        this.authority = new CertificateBuilder()
                .ecp256()
                .subject("CN=Authority of a test")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
    }

    /** A client that trusts this authority and no other. */
    SslContext client() throws Exception {
        return SslContextBuilder.forClient()
                .trustManager(authority.getCertificate())
                .build();
    }

    /** This authority's certificate, as a PEM file. */
    Path authorityFile(Path directory) throws Exception {
        Path file = directory.resolve("ca-" + System.nanoTime() + ".pem");
        return Files.writeString(file, authority.getCertificatePEM());
    }

    /** A certificate for a client and its key, as PEM files. */
    Trust clientFiles(Path directory, String name) throws Exception {
        X509Bundle client =
                new CertificateBuilder().ecp256().subject("CN=" + name).buildIssuedBy(authority);
        Path certificate = directory.resolve(name + ".crt");
        Path key = directory.resolve(name + ".key");
        Files.writeString(certificate, client.getCertificatePEM());
        Files.writeString(key, client.getPrivateKeyPEM());
        return new Trust(List.of(authorityFile(directory)), certificate, key);
    }

    /** A server that asks for a certificate of this authority, and does without. */
    SSLContext askingServer(String... hosts) throws Exception {
        return server(Instant.now().plus(Duration.ofDays(1)), true, hosts);
    }

    /** A server with a valid certificate for these hosts. */
    SSLContext server(String... hosts) throws Exception {
        return server(Instant.now().plus(Duration.ofDays(1)), false, hosts);
    }

    /** A server whose certificate ran out yesterday. */
    SSLContext expiredServer(String... hosts) throws Exception {
        return server(Instant.now().minus(Duration.ofDays(1)), false, hosts);
    }

    private SSLContext server(Instant end, boolean asking, String... hosts) throws Exception {
        CertificateBuilder builder = new CertificateBuilder()
                .ecp256()
                .subject("CN=" + hosts[0])
                .notBefore(Instant.now().minus(Duration.ofDays(2)))
                .notAfter(end);
        for (String host : hosts) {
            builder.addSanDnsName(host);
        }
        SSLContext context = SSLContext.getInstance("TLS");
        TrustManager[] trusted = asking ? authority.toTrustManagerFactory().getTrustManagers() : null;
        context.init(builder.buildIssuedBy(authority).toKeyManagerFactory().getKeyManagers(), trusted, null);
        return context;
    }
}
