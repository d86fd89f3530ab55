package io.sluice.gateway.upstream;

import static io.sluice.gateway.upstream.Upstreams.ALPINE;
import static io.sluice.gateway.upstream.Upstreams.CREDENTIAL;
import static io.sluice.gateway.upstream.Upstreams.DIGEST;
import static io.sluice.gateway.upstream.Upstreams.GET;
import static io.sluice.gateway.upstream.Upstreams.HERE;
import static io.sluice.gateway.upstream.Upstreams.LIMIT;
import static io.sluice.gateway.upstream.Upstreams.anonymous;
import static io.sluice.gateway.upstream.Upstreams.failure;
import static io.sluice.gateway.upstream.Upstreams.text;
import static io.sluice.gateway.upstream.Upstreams.withCredential;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.error.UpstreamCredentialsException;
import io.sluice.gateway.error.UpstreamProtocolException;
import io.sluice.gateway.error.UpstreamStatusException;
import io.sluice.gateway.upstream.RegistryRequest.Method;
import io.sluice.gateway.upstream.RegistrySettings.Timeouts;
import io.sluice.oci.RepositoryName;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class TokenFlowTest {

    private final Upstreams upstreams = new Upstreams();
    private final AtomicInteger issued = new AtomicInteger();
    private final AtomicReference<String> accepted = new AtomicReference<>("token-1");

    @AfterEach
    void close() throws Exception {
        upstreams.close();
    }

    @Test
    @DisplayName("U15: a challenge is answered with a token for just the scope that is needed")
    void aChallengeIsAnsweredWithATokenForJustTheScopeThatIsNeeded() throws Exception {
        RawServer auth = upstreams.https(this::issue);
        RawServer server = upstreams.https(challenging(auth.at("auth.example.com") + "/token?x=1"));
        Registry registry = upstreams.open(withCredential(server.at("registry.example.com")));

        assertThat(text(registry, GET)).isEqualTo("blob");

        assertThat(auth.requests()).singleElement().satisfies(request -> {
            assertThat(request.target())
                    .isEqualTo("/token?x=1&service=the%20registry&scope=repository%3Alibrary%2Falpine%3Apull");
            assertThat(request.header("authorization"))
                    .isEqualTo(Authorization.basic(CREDENTIAL).value());
        });
        assertThat(server.requests())
                .extracting(request -> request.header("authorization"))
                .containsExactly("", "Bearer token-1");
    }

    @Test
    @DisplayName("U15: 1,000 parallel pulls of one repository cost one token call")
    void aThousandParallelPullsCostOneTokenCall() throws Exception {
        RawServer auth = upstreams.http(this::issue);
        RawServer server = upstreams.http(challenging(auth.at("auth.example.com") + "/token"));
        Duration minute = Duration.ofMinutes(1);
        Registry registry = upstreams.open(new RegistrySettings(
                "test",
                server.at("registry.example.com"),
                List.of(),
                Set.of(auth.at("auth.example.com")),
                new Timeouts(minute, minute, minute, minute, minute, minute)));

        Long answers = Flux.range(0, 1_000)
                .flatMap(i -> registry.send(GET, Upstreams::gather), 1_000)
                .filter("blob"::equals)
                .count()
                .block(LIMIT.multipliedBy(3));

        assertThat(answers).isEqualTo(1_000);
        assertThat(auth.requests()).hasSize(1);
        assertThat(auth.requests().getFirst().header("authorization")).isEmpty();
    }

    @Test
    @DisplayName("U15: once the challenge is known, another repository fetches its token first")
    void onceTheChallengeIsKnownAnotherRepositoryFetchesItsTokenFirst() throws Exception {
        RawServer auth = upstreams.https((request, reply) -> reply.send(200, "{\"token\":\"token-1\"}"));
        RawServer server = upstreams.https(challenging(auth.at("auth.example.com") + "/token"));
        Registry registry = upstreams.open(anonymous(server.at("registry.example.com")));

        text(registry, GET);
        text(registry, RegistryRequest.blob(Method.GET, RepositoryName.parse("library/other"), DIGEST, null));

        assertThat(auth.requests()).hasSize(2);
        assertThat(auth.requests().getLast().target()).endsWith("scope=repository%3Alibrary%2Fother%3Apull");
        assertThat(server.requests()).hasSize(3);
    }

    @Test
    @DisplayName("U16: a token that is no longer accepted is replaced once")
    void aTokenThatIsNoLongerAcceptedIsReplacedOnce() throws Exception {
        RawServer auth = upstreams.https(this::issue);
        RawServer server = upstreams.https(challenging(auth.at("auth.example.com") + "/token"));
        Registry registry = upstreams.open(anonymous(server.at("registry.example.com")));
        text(registry, GET);

        accepted.set("token-2");

        assertThat(text(registry, GET)).isEqualTo("blob");
        assertThat(auth.requests()).hasSize(2);
        assertThat(server.requests()).hasSize(4);
    }

    @Test
    @DisplayName("U16: a registry that accepts no token is asked twice, not more")
    void aRegistryThatAcceptsNoTokenIsAskedTwice() throws Exception {
        accepted.set("none");
        RawServer auth = upstreams.https(this::issue);
        RawServer server = upstreams.https(challenging(auth.at("auth.example.com") + "/token"));
        Registry registry = upstreams.open(anonymous(server.at("registry.example.com")));

        assertThat(status(failure(registry, GET))).isEqualTo(401);
        assertThat(server.requests()).hasSize(2);
        assertThat(status(failure(registry, GET))).isEqualTo(401);
        assertThat(server.requests()).hasSize(3);
        assertThat(auth.requests()).hasSize(1);
    }

    @Test
    @DisplayName("U16: a crowd that no token helps costs one token in ten seconds, and is no reason to refuse others")
    void aCrowdThatNoTokenHelpsIsNoStorm() throws Exception {
        accepted.set("none");
        RawServer auth = upstreams.https(this::issue);
        RawServer server = upstreams.https(challenging(auth.at("auth.example.com") + "/token"));
        Registry registry = upstreams.open(anonymous(server.at("registry.example.com")));

        for (int i = 0; i < 20; i++) {
            assertThat(status(failure(registry, GET))).isEqualTo(401);
        }
        assertThat(auth.requests()).hasSize(1);
        assertThat(server.requests()).hasSize(21);

        accepted.set("token-2");
        upstreams.pass(Authorizer.REJECTION_LIFETIME);
        assertThat(text(registry, GET)).isEqualTo("blob");
        assertThat(auth.requests()).hasSize(2);
    }

    @Test
    void aTokenThatForbidsIsNotReplaced() throws Exception {
        RawServer auth = upstreams.https(this::issue);
        String challenge = bearer(auth.at("auth.example.com") + "/token");
        RawServer server = upstreams.https((request, reply) -> {
            if (request.header("authorization").isEmpty()) {
                reply.send(401, "", challenge);
            } else {
                reply.send(403, "", challenge);
            }
        });
        Registry registry = upstreams.open(anonymous(server.at("registry.example.com")));

        assertThat(status(failure(registry, GET))).isEqualTo(403);
        assertThat(server.requests()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 404, 500, 302})
    @DisplayName(
            "U18: a token endpoint that gives no token is a fault of its own, and a storm does not become one there")
    void aTokenEndpointThatGivesNoTokenIsAFaultOfItsOwn(int status) throws Exception {
        RawServer auth = upstreams.https((request, reply) -> reply.send(status, "no", "Location: /elsewhere"));
        RawServer server = upstreams.https(challenging(auth.at("auth.example.com") + "/token"));
        Registry registry = upstreams.open(withCredential(server.at("registry.example.com")));

        List<Throwable> failures = Flux.range(0, 50)
                .flatMap(
                        i -> registry.send(GET, Upstreams::gather)
                                .<Throwable>map(AssertionError::new)
                                .onErrorResume(Mono::just),
                        50)
                .collectList()
                .blockOptional(LIMIT)
                .orElseThrow();

        assertThat(failures)
                .hasSize(50)
                .allSatisfy(failure -> assertThat(failure)
                        .isInstanceOf(UpstreamCredentialsException.class)
                        .hasMessageContaining("auth.example.com"));
        assertThat(auth.requests()).hasSizeLessThanOrEqualTo(2);
        assertThat(auth.requests())
                .allSatisfy(
                        request -> assertThat(request.header("authorization")).startsWith("Basic "));
    }

    @Test
    @DisplayName("U18: a token that is held is used on while the token endpoint is down")
    void aTokenThatIsHeldIsUsedOnWhileTheTokenEndpointIsDown() throws Exception {
        RawServer auth = upstreams.https(this::issue);
        RawServer server = upstreams.https(challenging(auth.at("auth.example.com") + "/token"));
        Registry registry = upstreams.open(anonymous(server.at("registry.example.com")));
        text(registry, GET);

        auth.close();

        assertThat(text(registry, GET)).isEqualTo("blob");
        assertThat(failure(registry, RegistryRequest.blob(Method.GET, RepositoryName.parse("new"), DIGEST, null)))
                .isInstanceOf(UpstreamCredentialsException.class);
        assertThat(text(registry, GET)).isEqualTo("blob");
    }

    @Test
    @DisplayName(
            "T04: the credential is not sent to a realm of another domain, and no anonymous token is asked for instead")
    void theCredentialIsNotSentToARealmOfAnotherDomain() throws Exception {
        RawServer auth = upstreams.https(this::issue);
        RawServer server = upstreams.https(challenging(auth.at("other.example.org") + "/token"));
        Registry registry = upstreams.open(withCredential(server.at("registry.example.com")));

        assertThat(failure(registry, GET))
                .isInstanceOf(UpstreamCredentialsException.class)
                .hasMessageContaining("other.example.org");
        assertThat(auth.connections()).isZero();
    }

    @Test
    @DisplayName("T04: the credential is sent to a realm of another domain that is listed")
    void theCredentialIsSentToARealmThatIsListed() throws Exception {
        RawServer auth = upstreams.https(this::issue);
        RawServer server = upstreams.https(challenging(auth.at("other.example.org") + "/token"));
        Registry registry =
                upstreams.open(withCredential(server.at("registry.example.com"), auth.at("other.example.org")));

        assertThat(text(registry, GET)).isEqualTo("blob");
        assertThat(auth.requests().getFirst().header("authorization")).startsWith("Basic ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://auth.example.com:%d/token",
                "https://127.0.0.1:%d/token",
                "https://169.254.169.254/latest/api/token",
                "https://user:password@auth.example.com:%d/token",
                "https://auth.example.com:%d/token",
                "token",
                "::"
            })
    @DisplayName("T04: a realm that is not https, not public or no URL gets nothing, not even a connection")
    void aRealmThatIsNotPublicGetsNothing(String realm) throws Exception {
        RawServer auth = upstreams.https(this::issue);
        RawServer server = upstreams.http(challenging(realm.formatted(auth.port())));
        Registry registry =
                upstreams.open(anonymous(server.at("registry.example.com")), HERE, PublicAddresses::contains);

        assertThat(failure(registry, GET))
                .isInstanceOfAny(UpstreamProtocolException.class, UpstreamCredentialsException.class);
        assertThat(auth.connections()).isZero();
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    @DisplayName("T04: a realm on the registry's own origin may be http and private")
    void aRealmOnTheRegistrysOwnOriginMayBePrivate() throws Exception {
        AtomicReference<URI> realm = new AtomicReference<>();
        RawServer server = upstreams.http((request, reply) -> {
            if (request.target().startsWith("/token")) {
                issue(request, reply);
            } else {
                challenging(realm.get() + "/token").serve(request, reply);
            }
        });
        realm.set(server.at("registry.example.com"));
        Registry registry =
                upstreams.open(withCredential(server.at("registry.example.com")), HERE, PublicAddresses::contains);

        assertThat(text(registry, GET)).isEqualTo("blob");
    }

    @Test
    void basicIsAnsweredWhereThereIsACredential() throws Exception {
        RawServer server = upstreams.http(TokenFlowTest::askForBasic);
        Registry registry = upstreams.open(withCredential(server.at("registry.example.com")));

        assertThat(text(registry, GET)).isEqualTo("blob");
        assertThat(text(registry, GET)).isEqualTo("blob");
        assertThat(server.requests()).hasSize(3);
    }

    @Test
    void aBasicChallengeStandsWhereThereIsNoCredential() throws Exception {
        RawServer server = upstreams.http(TokenFlowTest::askForBasic);
        Registry registry = upstreams.open(anonymous(server.at("registry.example.com")));

        assertThat(status(failure(registry, GET))).isEqualTo(401);
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void aCredentialThatIsRejectedIsNoWordAboutTheContent() throws Exception {
        RawServer server =
                upstreams.http((request, reply) -> reply.send(401, "", "WWW-Authenticate: Basic realm=\"here\""));
        Registry registry = upstreams.open(withCredential(server.at("registry.example.com")));

        assertThat(failure(registry, GET)).isInstanceOf(UpstreamCredentialsException.class);
        assertThat(server.requests()).hasSize(2);
        assertThat(failure(registry, GET)).isInstanceOf(UpstreamCredentialsException.class);
        assertThat(server.requests()).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {403, 404})
    @DisplayName("T12: what a registry hides from strangers is asked for with the credential before it is a no")
    void aRegistryThatHidesInsteadOfChallengingIsAskedWithTheCredential(int hidden) throws Exception {
        RawServer auth = upstreams.https(this::issue);
        String realm = auth.at("auth.example.com") + "/token";
        RawServer server = upstreams.https((request, reply) -> {
            if (request.target().equals("/v2/")) {
                reply.send(401, "{}", bearer(realm));
            } else if (request.header("authorization").equals("Bearer token-1")) {
                reply.send(200, "blob");
            } else {
                reply.send(hidden, "{}");
            }
        });
        Registry registry = upstreams.open(withCredential(server.at("registry.example.com")));

        assertThat(text(registry, GET)).isEqualTo("blob");
        assertThat(text(registry, GET)).isEqualTo("blob");
        assertThat(server.requests()).hasSize(4);
    }

    private static void askForBasic(RawServer.Request request, RawServer.Reply reply) throws Exception {
        if (request.header("authorization")
                .equals(Authorization.basic(CREDENTIAL).value())) {
            reply.send(200, "blob");
        } else {
            reply.send(401, "", "WWW-Authenticate: Basic realm=\"here\"");
        }
    }

    private void issue(RawServer.Request request, RawServer.Reply reply) throws Exception {
        reply.send(200, "{\"token\":\"token-" + issued.incrementAndGet() + "\",\"expires_in\":300}");
    }

    private RawServer.Handler challenging(String realm) {
        return (request, reply) -> {
            if (request.header("authorization").equals("Bearer " + accepted.get())) {
                reply.send(200, "blob");
            } else {
                reply.send(401, "{}", bearer(realm));
            }
        };
    }

    private static String bearer(String realm) {
        return "WWW-Authenticate: Bearer realm=\"" + realm + "\",service=\"the registry\",scope=\"repository:" + ALPINE
                + ":pull,push,delete\"";
    }

    private static int status(Throwable failure) {
        assertThat(failure).isInstanceOf(UpstreamStatusException.class);
        return ((UpstreamStatusException) failure).status();
    }
}
