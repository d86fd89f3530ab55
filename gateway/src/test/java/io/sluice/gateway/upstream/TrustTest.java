package io.sluice.gateway.upstream;

import static io.sluice.gateway.upstream.Upstreams.GET;
import static io.sluice.gateway.upstream.Upstreams.anonymous;
import static io.sluice.gateway.upstream.Upstreams.failure;
import static io.sluice.gateway.upstream.Upstreams.text;
import static io.sluice.gateway.upstream.Upstreams.with;
import static io.sluice.gateway.upstream.Upstreams.withCredential;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.gateway.error.UpstreamUnreachableException;
import io.sluice.gateway.error.UpstreamUnreachableException.Reason;
import io.sluice.gateway.upstream.TlsVerdict.State;
import io.sluice.gateway.upstream.TransportSettings.Trust;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrustTest {

    private static final String REGISTRY = "registry.example.com";

    private final Upstreams upstreams = new Upstreams();

    @TempDir
    private Path directory;

    @AfterEach
    void close() throws Exception {
        upstreams.close();
    }

    @Test
    @DisplayName("T24: a private authority is refused without trust and accepted with it, also by the probe")
    void aPrivateAuthorityIsAcceptedWithTrustAlone() throws Exception {
        RawServer server = upstreams.https((request, reply) -> reply.send(200, "blob"));

        Registry without = upstreams.openWithSystemTrust(anonymous(server.at(REGISTRY)));
        assertTlsFailure(failure(without, GET));
        TlsVerdict refused = upstreams.verdict();
        Registry trusting = open(server.at(REGISTRY), authorities(upstreams.tls()));
        assertThat(text(trusting, GET)).isEqualTo("blob");

        assertThat(refused.state()).isEqualTo(State.REFUSED);
        assertThat(refused.reason()).contains("certification path");
        assertThat(upstreams.verdict())
                .isEqualTo(new TlsVerdict("test", REGISTRY + ":" + server.port(), State.SECURE, ""));
        assertThat(server.requests()).as("the probe sends none").hasSize(1);
    }

    @Test
    @DisplayName("T24: a certificate for another host is refused also with trust")
    void aCertificateForAnotherHostIsRefused() throws Exception {
        assertRefused(upstreams.tls().server("other.example.com"), "registry.example.com");
    }

    @Test
    @DisplayName("T24: a certificate that has expired is refused also with trust")
    void aCertificateThatHasExpiredIsRefused() throws Exception {
        assertRefused(upstreams.tls().expiredServer(REGISTRY), "NotAfter");
    }

    @Test
    @DisplayName("T24: a certificate of another authority is refused also with trust")
    void aCertificateOfAnotherAuthorityIsRefused() throws Exception {
        assertRefused(new TestTls().server(REGISTRY), "Signature does not match");
    }

    private void assertRefused(SSLContext context, String reason) throws Exception {
        RawServer server = upstreams.https(context, (request, reply) -> reply.send(200, "blob"));
        Registry registry = open(server.at(REGISTRY), authorities(upstreams.tls()));

        assertTlsFailure(failure(registry, GET));
        assertThat(upstreams.verdict().state()).isEqualTo(State.REFUSED);
        assertThat(upstreams.verdict().reason()).contains(reason);
        assertThat(server.requests()).isEmpty();
    }

    @Test
    @DisplayName("T24: our certificate is shown to the registry, and to no token endpoint and no redirect target")
    void ourCertificateIsShownToTheRegistryAlone() throws Exception {
        Map<String, String> shown = new ConcurrentHashMap<>();
        RawServer auth = upstreams.asking((request, reply) -> {
            shown.put("auth", reply.client());
            reply.send(200, "{\"token\":\"t\"}");
        });
        RawServer cdn = upstreams.asking((request, reply) -> {
            shown.put("cdn", reply.client());
            reply.send(200, "blob");
        });
        RawServer server = upstreams.asking((request, reply) -> {
            shown.put("registry", reply.client());
            if (request.header("authorization").isEmpty()) {
                reply.send(401, "", "WWW-Authenticate: Bearer realm=\"" + auth.at("auth.example.com") + "/t\"");
            } else {
                reply.send(307, "", "Location: " + cdn.at(REGISTRY) + "/blob");
            }
        });
        Trust trust = upstreams.tls().clientFiles(directory, "gateway");
        Registry registry = upstreams.openWithSystemTrust(with(
                withCredential(server.at(REGISTRY), auth.at("auth.example.com"), cdn.at(REGISTRY)),
                new TransportSettings(trust, null)));

        assertThat(text(registry, GET)).isEqualTo("blob");
        assertThat(shown)
                .containsOnly(Map.entry("registry", "CN=gateway"), Map.entry("auth", ""), Map.entry("cdn", ""));
        assertThat(upstreams.verdict().state()).isEqualTo(State.SECURE);
    }

    @Test
    @DisplayName("T24: certificates that change on disk are used, and what cannot be read changes nothing")
    void certificatesThatChangeOnDiskAreUsed() throws Exception {
        RawServer server = upstreams.https((request, reply) -> reply.send(200, "blob"));
        Path file = new TestTls().authorityFile(directory);
        RouteTls tls = new RouteTls(
                "test", new Trust(List.of(file), null, null), upstreams.tls().client());
        RouteTls.Contexts before = tls.contexts();

        tls.refresh();
        assertThat(tls.contexts()).isEqualTo(before);
        Files.writeString(file, "half a certific");
        tls.refresh();
        assertThat(tls.contexts()).isEqualTo(before);
        Files.move(upstreams.tls().authorityFile(directory), file, StandardCopyOption.REPLACE_EXISTING);
        tls.refresh();
        assertThat(tls.contexts()).isNotEqualTo(before);
        assertThat(text(open(server.at(REGISTRY), new Trust(List.of(file), null, null)), GET))
                .isEqualTo("blob");
    }

    @Test
    @DisplayName("T24: a file that is not what it should be stops the start and is not repeated")
    void aFileThatIsNotWhatItShouldBeStopsTheStart() throws Exception {
        Path text = Files.writeString(directory.resolve("text"), "canary");
        Trust client = upstreams.tls().clientFiles(directory, "gateway");
        Trust other = upstreams.tls().clientFiles(directory, "other");

        for (Trust trust : List.of(
                new Trust(List.of(directory.resolve("absent")), null, null),
                new Trust(List.of(text), null, null),
                new Trust(List.of(), client.certificate(), text),
                new Trust(List.of(), client.certificate(), other.privateKey()))) {
            assertThatThrownBy(() -> TlsMaterial.read(trust))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(directory.toString())
                    .hasMessageNotContaining("canary");
        }
    }

    @Test
    @DisplayName("T24: a registry that cannot be reached is no word about its TLS")
    void aRegistryThatCannotBeReachedIsNoWordAboutItsTls() throws Exception {
        RawServer server = upstreams.http((request, reply) -> reply.send(200, ""));
        server.close();
        upstreams.open(anonymous(URI.create("https://" + REGISTRY + ":" + server.port())));

        assertThat(upstreams.verdict().state()).isEqualTo(State.UNKNOWN);
    }

    private Trust authorities(TestTls tls) throws Exception {
        return new Trust(List.of(tls.authorityFile(directory)), null, null);
    }

    private Registry open(URI origin, Trust trust) throws Exception {
        return upstreams.openWithSystemTrust(with(anonymous(origin), new TransportSettings(trust, null)));
    }

    private static void assertTlsFailure(Throwable failure) {
        assertThat(failure)
                .isInstanceOfSatisfying(
                        UpstreamUnreachableException.class,
                        unreachable -> assertThat(unreachable.reason()).isEqualTo(Reason.TLS));
    }
}
