package io.sluice.gateway.upstream;

import static io.sluice.gateway.upstream.Upstreams.GET;
import static io.sluice.gateway.upstream.Upstreams.failure;
import static io.sluice.gateway.upstream.Upstreams.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.error.UpstreamCredentialsException;
import io.sluice.gateway.upstream.RegistrySettings.Timeouts;
import io.sluice.gateway.upstream.credential.CredentialSettings;
import io.sluice.gateway.upstream.credential.CredentialSettings.DockerConfig;
import io.sluice.gateway.upstream.credential.CredentialSettings.PasswordFile;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RenewedCredentialFlowTest {

    private final Upstreams upstreams = new Upstreams();

    /** The password that the token endpoint, or the registry itself, takes. */
    private volatile String accepted = "old";

    @TempDir
    private Path directory;

    private Path file;

    @BeforeEach
    void write() throws Exception {
        file = Files.writeString(directory.resolve("password"), "old\n");
    }

    @AfterEach
    void close() throws Exception {
        upstreams.close();
    }

    @Test
    @DisplayName("U16: a password that the registry rejects is read again and sent once more")
    void aPasswordThatTheRegistryRejectsIsReadAgain() throws Exception {
        RawServer server = upstreams.http(this::askForBasic);
        Registry registry = upstreams.open(settings(server.at("registry.example.com"), fromFile()));
        assertThat(text(registry, GET)).isEqualTo("blob");

        swap("new");
        assertThat(text(registry, GET)).isEqualTo("blob");

        assertThat(server.requests())
                .extracting(request -> request.header("authorization"))
                .containsExactly("", basic("old"), basic("old"), basic("new"));
    }

    @Test
    @DisplayName("U16: a password that the token endpoint rejects is read again and sent once more")
    void aPasswordThatTheTokenEndpointRejectsIsReadAgain() throws Exception {
        RawServer auth = upstreams.https(this::issue);
        RawServer server = upstreams.http(askingForToken(auth));
        Registry registry = upstreams.open(settings(server.at("registry.example.com"), fromFile(), auth));
        swap("new");
        Files.writeString(file, "old");
        assertThat(failure(registry, GET)).isInstanceOf(UpstreamCredentialsException.class);
        assertThat(auth.requests()).as("the same one is not sent again").hasSize(1);

        swap("newer");
        assertThat(text(openAnew(server, auth), GET)).isEqualTo("blob");
    }

    private Registry openAnew(RawServer server, RawServer auth) throws Exception {
        return upstreams.open(settings(server.at("registry.example.com"), fromFile(), auth));
    }

    @Test
    @DisplayName(
            "U18: a token that is still good outlives the password that got it, even one that cannot be read any more")
    void aTokenOutlivesThePasswordThatGotIt() throws Exception {
        RawServer auth = upstreams.https(this::issue);
        RawServer server = upstreams.http(askingForToken(auth));
        Registry registry = upstreams.open(settings(server.at("registry.example.com"), fromFile(), auth));
        assertThat(text(registry, GET)).isEqualTo("blob");

        Files.delete(file);

        assertThat(text(registry, GET)).isEqualTo("blob");
        assertThat(auth.requests()).hasSize(1);
    }

    @Test
    @DisplayName("U15: replicas share a token also when the password was changed between them")
    void replicasShareATokenAlsoWhenThePasswordWasChanged() throws Exception {
        RawServer auth = upstreams.https(this::issue);
        RawServer server = upstreams.http(askingForToken(auth));
        RegistrySettings settings = settings(server.at("registry.example.com"), fromFile(), auth);
        FakeSharedTokens shared = new FakeSharedTokens();
        assertThat(text(upstreams.open(settings, shared), GET)).isEqualTo("blob");

        swap("new");

        assertThat(text(upstreams.open(settings, shared), GET)).isEqualTo("blob");
        assertThat(auth.requests()).hasSize(1);
    }

    @Test
    @DisplayName("U18: where there is no credential no anonymous token is asked for, and the route is an outage")
    void whereThereIsNoCredentialNoAnonymousTokenIsAskedFor() throws Exception {
        RawServer auth = upstreams.https(this::issue);
        RawServer server = upstreams.http(askingForToken(auth));
        Path config = Files.writeString(directory.resolve("config.json"), "{\"auths\":{}}");
        Registry registry = upstreams.open(settings(server.at("registry.example.com"), new DockerConfig(config), auth));

        assertThat(failure(registry, GET))
                .isInstanceOf(UpstreamCredentialsException.class)
                .hasMessage("the docker-config of the route has nothing for registry.example.com:" + server.port());
        assertThat(auth.connections()).isZero();
    }

    /** As Kubernetes does it: another file takes the name. */
    private void swap(String password) throws IOException {
        accepted = password;
        Path next = Files.writeString(directory.resolve("next"), password + "\n");
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private CredentialSettings fromFile() {
        return new PasswordFile("robot", file);
    }

    private static RegistrySettings settings(URI origin, CredentialSettings credential, RawServer... listed) {
        Set<URI> redirectHosts = listed.length == 0 ? Set.of() : Set.of(listed[0].at("auth.example.com"));
        return new RegistrySettings("test", origin, List.of(credential), redirectHosts, Timeouts.DEFAULT);
    }

    private void askForBasic(RawServer.Request request, RawServer.Reply reply) throws IOException {
        if (request.header("authorization").equals(basic(accepted))) {
            reply.send(200, "blob");
        } else {
            reply.send(401, "", "WWW-Authenticate: Basic realm=\"here\"");
        }
    }

    private void issue(RawServer.Request request, RawServer.Reply reply) throws IOException {
        if (request.header("authorization").equals(basic(accepted))) {
            reply.send(200, "{\"token\":\"t\",\"expires_in\":3600}");
        } else {
            reply.send(401, "");
        }
    }

    private static RawServer.Handler askingForToken(RawServer auth) {
        return (request, reply) -> {
            if (request.header("authorization").equals("Bearer t")) {
                reply.send(200, "blob");
            } else {
                reply.send(401, "", "WWW-Authenticate: Bearer realm=\"" + auth.at("auth.example.com") + "/t\"");
            }
        };
    }

    private static String basic(String password) {
        byte[] pair = ("robot:" + password).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(pair);
    }
}
