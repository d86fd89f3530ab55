package io.sluice.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.gateway.server.EdgeApplication.Edge;
import io.sluice.testing.RawClient;
import io.sluice.testing.TestCertificate;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleKey;
import org.springframework.boot.ssl.SslOptions;
import org.springframework.boot.ssl.SslStoreBundle;

/** TLS to clients by a Spring SSL bundle of PEM files. */
class ClientTlsTest {

    @TempDir
    private static Path directory;

    private static TestCertificate certificate;
    private static Edge edge;

    @BeforeAll
    static void start() throws Exception {
        certificate = TestCertificate.in(directory);
        install(certificate);
        edge = EdgeApplication.start(
                "server.ssl.bundle=clients",
                "management.server.ssl.enabled=false",
                "spring.ssl.bundle.pem.clients.reload-on-update=true",
                "spring.ssl.bundle.pem.clients.keystore.certificate=" + directory.resolve("tls.crt"),
                "spring.ssl.bundle.pem.clients.keystore.private-key=" + directory.resolve("tls.key"),
                "spring.ssl.bundle.watch.file.quiet-period=200ms");
    }

    @AfterAll
    static void stop() {
        edge.close();
    }

    @Test
    @DisplayName("C16: under TLS a malformed head is refused as well")
    void malformedHeadIsRefused() {
        try (RawClient client = RawClient.connectTls(edge.port(), certificate.clientContext())) {
            assertThat(client.get("/v2/a").bodyText()).isEqualTo("/v2/a");
            assertThat(client.get("/v2/a", "X: y", " folded").status()).isEqualTo(400);
            assertThat(client.awaitsClose()).isTrue();
        }
    }

    @Test
    @DisplayName("C15: under TLS an upload gets 405 and ends as well")
    void uploadIsRefused() {
        try (RawClient client = RawClient.connectTls(edge.port(), certificate.clientContext())) {
            String upload = RawClient.request("PUT", "/v2/a/blobs/uploads/1", "Content-Length: 10");
            assertThat(client.send(upload).read().status()).isEqualTo(405);
            assertThat(client.awaitsClose()).isTrue();
        }
    }

    @Test
    @DisplayName("C17: a TLS hello that does not come, or not wholly, ends the connection")
    void slowHelloIsTimedOut() {
        try (RawClient silent = RawClient.connect(edge.port());
                RawClient slow = RawClient.connect(edge.port())) {
            slow.send("\u0016\u0003\u0001\u0001\u0000\u0001");
            assertThat(silent.awaitsClose()).isTrue();
            assertThat(slow.awaitsClose()).isTrue();
        }
    }

    @Test
    void ciphersWithForwardSecrecyAreAcceptedAndOthersAreNot() throws Exception {
        assertThat(handshake("TLSv1.3", "TLS_AES_256_GCM_SHA384")).isEqualTo("TLS_AES_256_GCM_SHA384");
        String first = "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256";
        String second = "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256";
        assertThat(handshake("TLSv1.2", second)).isEqualTo(second);
        assertThat(handshake("TLSv1.2", second, first)).isEqualTo(first);
        assertThatThrownBy(() -> handshake("TLSv1.2", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA"))
                .isInstanceOf(SSLHandshakeException.class);
    }

    /** Shakes hands with nothing else on offer; the cipher that the server has chosen. */
    private static String handshake(String protocol, String... ciphers) throws IOException {
        SSLSocketFactory sockets = certificate.clientContext().getSocketFactory();
        try (SSLSocket client = (SSLSocket) sockets.createSocket(InetAddress.getLoopbackAddress(), edge.port())) {
            client.setEnabledProtocols(new String[] {protocol});
            client.setEnabledCipherSuites(ciphers);
            client.startHandshake();
            return client.getSession().getCipherSuite();
        }
    }

    @Test
    void ciphersOfTheConfigurationStay() {
        SslOptions chosen = SslOptions.of(new String[] {"TLS_AES_256_GCM_SHA384"}, null);
        SslBundle bundle = SslBundle.of(SslStoreBundle.NONE, SslBundleKey.NONE, chosen);

        assertThat(ClientCiphers.withCiphers(bundle)).isSameAs(bundle);
    }

    @Test
    void aRenewedCertificateIsServedWithoutARestart() throws Exception {
        try (RawClient open = RawClient.connectTls(edge.port(), certificate.clientContext())) {
            assertThat(open.get("/v2/a").status()).isEqualTo(200);
            TestCertificate renewed = TestCertificate.in(directory);
            install(renewed);
            certificate = renewed;

            await().atMost(Duration.ofSeconds(20))
                    .ignoreException(UncheckedIOException.class)
                    .untilAsserted(() -> {
                        try (RawClient client = RawClient.connectTls(edge.port(), renewed.clientContext())) {
                            assertThat(client.get("/v2/a").status()).isEqualTo(200);
                        }
                    });
            assertThat(open.get("/v2/a").status())
                    .as("a connection that is open stays")
                    .isEqualTo(200);
        }
    }

    private static void install(TestCertificate certificate) throws IOException, GeneralSecurityException {
        KeyStore keyStore = KeyStore.getInstance("PKCS12");
        char[] password = TestCertificate.PASSWORD.toCharArray();
        try (InputStream in = Files.newInputStream(certificate.keyStoreFile())) {
            keyStore.load(in, password);
        }
        byte[] key = keyStore.getKey(keyStore.aliases().nextElement(), password).getEncoded();
        Files.writeString(directory.resolve("tls.key"), pem("PRIVATE KEY", key));
        Files.writeString(
                directory.resolve("tls.crt"),
                pem("CERTIFICATE", certificate.certificate().getEncoded()));
    }

    private static String pem(String what, byte[] content) {
        return "-----BEGIN " + what + "-----\n" + Base64.getMimeEncoder().encodeToString(content) + "\n-----END " + what
                + "-----\n";
    }
}
