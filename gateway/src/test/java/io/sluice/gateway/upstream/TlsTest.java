package io.sluice.gateway.upstream;

import static io.sluice.gateway.upstream.Upstreams.GET;
import static io.sluice.gateway.upstream.Upstreams.anonymous;
import static io.sluice.gateway.upstream.Upstreams.failure;
import static io.sluice.gateway.upstream.Upstreams.impatient;
import static io.sluice.gateway.upstream.Upstreams.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.error.ErrorAnswer;
import io.sluice.gateway.error.PullException;
import io.sluice.gateway.error.UpstreamUnreachableException;
import io.sluice.gateway.error.UpstreamUnreachableException.Reason;
import io.sluice.oci.OciError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import reactor.netty.resources.LoopResources;

class TlsTest {

    /** The type of a TLS record that carries an alert. */
    private static final byte ALERT = 0x15;

    private final Upstreams upstreams = new Upstreams();

    @AfterEach
    void close() throws Exception {
        upstreams.close();
    }

    @Test
    @DisplayName("U04: a certificate that has expired is refused")
    void aCertificateThatHasExpiredIsRefused() throws Exception {
        assertRefused(upstreams.tls().expiredServer("registry.example.com"));
    }

    @Test
    @DisplayName("U04: a certificate for another host is refused")
    void aCertificateForAnotherHostIsRefused() throws Exception {
        assertRefused(upstreams.tls().server("other.example.com"));
    }

    @Test
    @DisplayName("U04: a certificate of an unknown authority is refused")
    void aCertificateOfAnUnknownAuthorityIsRefused() throws Exception {
        assertRefused(new TestTls().server("registry.example.com"));
    }

    @Test
    @DisplayName("U04: the authorities of this machine do not include one that a test made up")
    void theAuthoritiesOfThisMachineAreTheDefault() throws Exception {
        RawServer server = upstreams.https((request, reply) -> reply.send(200, "x"));
        Registry registry = upstreams.openWithSystemTrust(anonymous(server.at("registry.example.com")));

        assertTlsFailure(failure(registry, GET));
        assertThat(server.requests()).isEmpty();
    }

    @Test
    @DisplayName("U04: a server that speaks plain HTTP on the port is refused")
    void aServerThatSpeaksPlainHttpIsRefused() throws Exception {
        RawServer server = upstreams.http((request, reply) -> reply.send(200, "x"));
        Registry registry = upstreams.open(anonymous(URI.create("https://registry.example.com:" + server.port())));

        assertThat(failure(registry, GET)).isInstanceOf(UpstreamUnreachableException.class);
        assertThat(server.requests()).isEmpty();
    }

    @Test
    @DisplayName("U04: a handshake that stalls ends at its limit")
    void aHandshakeThatStallsEndsAtItsLimit() throws Exception {
        try (ServerSocket silent = new ServerSocket(0)) {
            Registry registry =
                    upstreams.open(impatient(URI.create("https://registry.example.com:" + silent.getLocalPort())));

            assertTlsFailure(failure(registry, GET));
        }
    }

    @Test
    @DisplayName("U04: a server that speaks nothing newer than TLS 1.0 is refused")
    void aServerOfTls10IsRefused() throws Exception {
        try (ServerSocket old = new ServerSocket(0)) {
            CompletableFuture<byte[]> answer = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> answer.complete(answerInTls10(old)));
            Registry registry =
                    upstreams.open(impatient(URI.create("https://registry.example.com:" + old.getLocalPort())));

            assertTlsFailure(failure(registry, GET));
            assertThat(answer.get(10, TimeUnit.SECONDS)).startsWith(ALERT);
        }
    }

    @Test
    @DisplayName("U27: a registry that would rather speak HTTP/2 is spoken to in HTTP/1.1, and never offered more")
    void nothingButHttp11IsOffered() throws Exception {
        try (SSLServerSocket server = (SSLServerSocket) upstreams
                .tls()
                .server("registry.example.com")
                .getServerSocketFactory()
                .createServerSocket(0)) {
            CompletableFuture<List<String>> offered = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> answerInWhatItPrefers(server, offered));
            Registry registry =
                    upstreams.open(anonymous(URI.create("https://registry.example.com:" + server.getLocalPort())));

            assertThat(text(registry, GET)).isEqualTo("x");
            assertThat(offered.get(10, TimeUnit.SECONDS)).doesNotContain("h2");
        }
        LoopResources loops = LoopResources.create("tls-test", 1, true);
        Network network = Network.ofThisMachine(loops);
        assertThat(network.tls().applicationProtocolNegotiator().protocols()).doesNotContain("h2");
        network.dispose();
        loops.disposeLater().block(Upstreams.LIMIT);
    }

    /** Answers one request in HTTP/1.1, unless it is offered HTTP/2. */
    private static void answerInWhatItPrefers(SSLServerSocket server, CompletableFuture<List<String>> offered) {
        List<String> protocols = new ArrayList<>();
        try (SSLSocket client = (SSLSocket) server.accept()) {
            client.setHandshakeApplicationProtocolSelector((socket, all) -> {
                protocols.addAll(all);
                return all.contains("h2") ? "h2" : all.getFirst();
            });
            client.startHandshake();
            offered.complete(protocols);
            client.getInputStream().read(new byte[4096]);
            client.getOutputStream()
                    .write("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx".getBytes(StandardCharsets.US_ASCII));
            client.getInputStream().read();
        } catch (IOException e) {
            offered.completeExceptionally(e);
        }
    }

    /** Answers a hello, once, with a ServerHello of TLS 1.0 (RFC 2246, section 7.4.1.3), and gives what the client says. */
    private static byte[] answerInTls10(ServerSocket server) {
        byte[] hello =
                HexFormat.of().parseHex("160301002a" + "02000026" + "0301" + "00".repeat(32) + "00" + "002f" + "00");
        try (Socket client = server.accept()) {
            client.getInputStream().read(new byte[4096]);
            client.getOutputStream().write(hello);
            return client.getInputStream().readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void assertRefused(SSLContext certificate) throws Exception {
        RawServer server = upstreams.https(certificate, (request, reply) -> reply.send(200, "x"));
        Registry registry = upstreams.open(anonymous(server.at("registry.example.com")));

        assertTlsFailure(failure(registry, GET));
        assertThat(server.requests()).isEmpty();
        assertThat(upstreams.requests("tls")).isEqualTo(1);
    }

    private static void assertTlsFailure(Throwable failure) {
        assertThat(failure).isInstanceOf(UpstreamUnreachableException.class);
        assertThat(((UpstreamUnreachableException) failure).reason()).isEqualTo(Reason.TLS);
        assertThat(ErrorAnswer.of((PullException) failure, OciError.Code.BLOB_UNKNOWN)
                        .status())
                .isEqualTo(502);
    }
}
