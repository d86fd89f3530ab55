package io.sluice.gateway.upstream;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.SSLContext;

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

    /** A server with a valid certificate for these hosts. */
    SSLContext server(String... hosts) throws Exception {
        return server(Instant.now().plus(Duration.ofDays(1)), hosts);
    }

    /** A server whose certificate ran out yesterday. */
    SSLContext expiredServer(String... hosts) throws Exception {
        return server(Instant.now().minus(Duration.ofDays(1)), hosts);
    }

    private SSLContext server(Instant end, String... hosts) throws Exception {
        CertificateBuilder builder = new CertificateBuilder()
                .ecp256()
                .subject("CN=" + hosts[0])
                .notBefore(Instant.now().minus(Duration.ofDays(2)))
                .notAfter(end);
        for (String host : hosts) {
            builder.addSanDnsName(host);
        }
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(builder.buildIssuedBy(authority).toKeyManagerFactory().getKeyManagers(), null, null);
        return context;
    }
}
