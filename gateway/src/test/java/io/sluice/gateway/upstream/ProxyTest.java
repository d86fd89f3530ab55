package io.sluice.gateway.upstream;

import static io.sluice.gateway.upstream.Upstreams.GET;
import static io.sluice.gateway.upstream.Upstreams.HERE;
import static io.sluice.gateway.upstream.Upstreams.LIMIT;
import static io.sluice.gateway.upstream.Upstreams.anonymous;
import static io.sluice.gateway.upstream.Upstreams.failure;
import static io.sluice.gateway.upstream.Upstreams.text;
import static io.sluice.gateway.upstream.Upstreams.with;
import static io.sluice.gateway.upstream.Upstreams.withCredential;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.error.UpstreamUnreachableException;
import io.sluice.gateway.error.UpstreamUnreachableException.Reason;
import io.sluice.gateway.upstream.TlsVerdict.State;
import io.sluice.gateway.upstream.TransportSettings.Proxy;
import io.sluice.gateway.upstream.TransportSettings.Trust;
import io.sluice.gateway.upstream.credential.Credential;
import io.sluice.gateway.upstream.credential.CredentialSettings;
import io.sluice.gateway.upstream.credential.CredentialSettings.PasswordFile;
import io.sluice.testing.ConnectProxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.netty.http.client.HttpClient;

class ProxyTest {

    /** The name server of the gateway knows the proxy, and nothing behind it. */
    private static final Map<String, String> ONLY_THE_PROXY = Map.of("proxy.example.net", "127.0.0.1");

    private static final Credential ACCOUNT = new Credential("gateway", "proxy-canary");

    private final Upstreams upstreams = new Upstreams();
    private ConnectProxy proxy;

    @TempDir
    private Path directory;

    @BeforeEach
    void open() throws Exception {
        proxy = new ConnectProxy();
    }

    @AfterEach
    void close() throws Exception {
        upstreams.close();
        proxy.close();
    }

    @Test
    @DisplayName("T08: the proxy gets its own credential and no other, and resolves the names behind it")
    void theProxyGetsItsOwnCredentialAndNoOther() throws Exception {
        RawServer cdn = upstreams.https((request, reply) -> reply.send(200, "blob"));
        RawServer auth = upstreams.https((request, reply) -> reply.send(200, "{\"token\":\"t\"}"));
        RawServer server = upstreams.https((request, reply) -> {
            if (request.header("authorization").isEmpty()) {
                reply.send(401, "", "WWW-Authenticate: Bearer realm=\"" + auth.at("auth.example.com") + "/t\"");
            } else {
                reply.send(307, "", "Location: " + cdn.at("cdn.example.net") + "/x?signature=canary");
            }
        });
        Registry registry = upstreams.open(
                with(withCredential(server.at("registry.example.com")), through(ACCOUNT)),
                ONLY_THE_PROXY,
                PublicAddresses::contains);

        assertThat(text(registry, GET)).isEqualTo("blob");

        assertThat(proxy.heads())
                .hasSize(3)
                .allSatisfy(head -> assertThat(head)
                        .startsWith("CONNECT ")
                        .containsIgnoringCase("proxy-authorization: " + basic(ACCOUNT))
                        .doesNotContainIgnoringCase("\r\nauthorization:")
                        .doesNotContain("canary", "/v2/"));
        assertThat(proxy.heads().getFirst()).startsWith("CONNECT registry.example.com:" + server.port() + " ");
        for (RawServer each : List.of(server, auth, cdn)) {
            assertThat(each.requests())
                    .allSatisfy(request ->
                            assertThat(request.header("proxy-authorization")).isEmpty());
        }
        assertThat(upstreams.verdict().state()).isEqualTo(State.SECURE);
    }

    @Test
    @DisplayName("T08: plain HTTP goes through a tunnel as well, so that the proxy sees no credential")
    void plainHttpGoesThroughATunnelAsWell() throws Exception {
        RawServer server = upstreams.http((request, reply) -> reply.send(200, "blob"));
        Registry registry = upstreams.open(
                with(anonymous(server.at("registry.example.com")), through(null)), ONLY_THE_PROXY, address -> true);

        assertThat(text(registry, GET)).isEqualTo("blob");
        assertThat(proxy.heads())
                .singleElement()
                .satisfies(head -> assertThat(head)
                        .startsWith("CONNECT registry.example.com:" + server.port())
                        .doesNotContainIgnoringCase("proxy-authorization"));
    }

    @Test
    @DisplayName("T05: exceptions are reached directly, and only where their address may be dialled")
    void exceptionsAreReachedDirectly() throws Exception {
        RawServer cdn = upstreams.https((request, reply) -> reply.send(200, "blob"));
        RawServer server = upstreams.https(
                (request, reply) -> reply.send(307, "", "Location: " + cdn.at("cdn.example.net") + "/x"));
        Map<String, String> names = new HashMap<>(HERE);
        names.putAll(ONLY_THE_PROXY);
        TransportSettings transport = through(null, "registry.example.com", ".example.net");
        Registry registry = upstreams.open(
                with(anonymous(server.at("registry.example.com")), transport), names, PublicAddresses::contains);

        assertThat(failure(registry, GET)).hasMessage("the address of cdn.example.net is not public");
        assertThat(proxy.heads()).isEmpty();
        assertThat(server.requests()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "registry.example, registry.example, true",
        "a.registry.example, registry.example, false",
        "a.example.org, .example.org, true",
        "example.org, .example.org, true",
        "badexample.org, .example.org, false"
    })
    void anExceptionIsAHostOrADomainAndAllBelowIt(String host, String exception, boolean excepted) {
        assertThat(new Proxy("proxy", 3128, null, List.of(exception)).excepts(host))
                .isEqualTo(excepted);
    }

    @Test
    @DisplayName("T20: a proxy that wants another credential is named as such, and nothing of what it says is repeated")
    void aProxyThatWantsAnotherCredentialIsNamedAsSuch() throws Exception {
        proxy.refuses("HTTP/1.1 407 canary\r\nProxy-Authenticate: Basic realm=\"canary\"\r\nContent-Length: 0\r\n\r\n");

        assertThat(failureThroughTheProxy())
                .hasMessage("registry.example.com could not be reached: the proxy answered 407");
        assertThat(proxy.heads()).as("it is not asked again").hasSize(1);
        assertThat(upstreams.verdict().state()).as("no word about TLS").isEqualTo(State.UNKNOWN);
        assertThat(upstreams.requests("proxy")).isOne();
    }

    @Test
    void aProxyThatDoesNotSpeakHttpIsNamedAsSuch() throws Exception {
        proxy.refuses("220 canary\r\n\r\n");

        assertThat(failureThroughTheProxy())
                .hasMessage("registry.example.com could not be reached: the proxy gave no connection");
    }

    @Test
    void aProxyThatIsDownIsNamedAsSuch() throws Exception {
        proxy.close();

        assertThat(failureThroughTheProxy())
                .hasMessage("registry.example.com could not be reached: the proxy itself could not be reached");
    }

    @Test
    @DisplayName("T24: an upstream with a wrong certificate is refused behind a proxy too")
    void aWrongCertificateIsRefusedBehindAProxyToo() throws Exception {
        RawServer server = upstreams.https(
                upstreams.tls().server("other.example.com"), (request, reply) -> reply.send(200, "blob"));
        Registry registry = upstreams.open(
                with(anonymous(server.at("registry.example.com")), through(null)), ONLY_THE_PROXY, address -> true);

        assertThat(failure(registry, GET))
                .isInstanceOfSatisfying(
                        UpstreamUnreachableException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(Reason.TLS));
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void aPasswordThatChangesInItsFileIsUsed() throws Exception {
        Path file = Files.writeString(directory.resolve("password"), "old\n");
        Network network = new Network(
                upstreams.loops(), upstreams.tls().client(), new TestNames(ONLY_THE_PROXY), address -> true);
        RouteProxy route = new RouteProxy(
                "test",
                new Proxy("proxy.example.net", proxy.port(), new PasswordFile("gateway", file), List.of()),
                network,
                LIMIT);
        proxy.refuses("HTTP/1.1 407 .\r\nContent-Length: 0\r\n\r\n");

        askThrough(route);
        Files.writeString(file, "new\n");
        route.refresh();
        askThrough(route);

        assertThat(proxy.heads().getFirst()).contains(basic(new Credential("gateway", "old")));
        assertThat(proxy.heads().getLast()).contains(basic(new Credential("gateway", "new")));
        network.dispose();
    }

    private void askThrough(RouteProxy route) {
        route.through(HttpClient.newConnection().runOn(upstreams.loops()))
                .get()
                .uri("http://registry.example.com/")
                .response()
                .onErrorComplete()
                .block(LIMIT);
    }

    private Throwable failureThroughTheProxy() throws Exception {
        RawServer server = upstreams.https((request, reply) -> reply.send(200, "blob"));
        Registry registry = upstreams.open(
                with(anonymous(server.at("registry.example.com")), through(ACCOUNT)), ONLY_THE_PROXY, address -> true);
        Throwable failure = failure(registry, GET);
        assertThat(failure)
                .isInstanceOfSatisfying(
                        UpstreamUnreachableException.class,
                        unreachable -> assertThat(unreachable.reason()).isEqualTo(Reason.PROXY));
        assertThat(server.connections()).isZero();
        return failure;
    }

    private TransportSettings through(@Nullable CredentialSettings credential, String... exceptions) {
        return new TransportSettings(
                Trust.SYSTEM, new Proxy("proxy.example.net", proxy.port(), credential, List.of(exceptions)));
    }

    private static String basic(Credential credential) {
        return "Basic "
                + Base64.getEncoder()
                        .encodeToString(
                                (credential.username() + ":" + credential.password()).getBytes(StandardCharsets.UTF_8));
    }
}
