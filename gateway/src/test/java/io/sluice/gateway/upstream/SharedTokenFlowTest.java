package io.sluice.gateway.upstream;

import static io.sluice.gateway.upstream.Upstreams.CREDENTIAL;
import static io.sluice.gateway.upstream.Upstreams.GET;
import static io.sluice.gateway.upstream.Upstreams.LIMIT;
import static io.sluice.gateway.upstream.Upstreams.anonymous;
import static io.sluice.gateway.upstream.Upstreams.failure;
import static io.sluice.gateway.upstream.Upstreams.text;
import static io.sluice.gateway.upstream.Upstreams.withCredential;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.error.UpstreamCredentialsException;
import io.sluice.gateway.upstream.RegistrySettings.Timeouts;
import io.sluice.gateway.upstream.credential.Credential;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** Registries of several replicas that share their tokens. */
class SharedTokenFlowTest {

    private final Upstreams upstreams = new Upstreams();
    private final FakeSharedTokens shared = new FakeSharedTokens();
    private final AtomicInteger issued = new AtomicInteger();
    private final AtomicReference<String> accepted = new AtomicReference<>("token-1");
    private RawServer auth;
    private RawServer server;

    @BeforeEach
    void start() throws Exception {
        auth = upstreams.https((request, reply) ->
                reply.send(200, "{\"token\":\"token-" + issued.incrementAndGet() + "\",\"expires_in\":300}"));
        server = upstreams.https((request, reply) -> {
            if (request.header("authorization").equals("Bearer " + accepted.get())) {
                reply.send(200, "blob");
            } else {
                reply.send(401, "{}", "WWW-Authenticate: Bearer realm=\"" + auth.at("auth.example.com") + "/t\"");
            }
        });
    }

    @AfterEach
    void close() throws Exception {
        upstreams.close();
    }

    private URI origin() {
        return server.at("registry.example.com");
    }

    private Registry replica(RegistrySettings settings) throws Exception {
        return upstreams.open(settings, shared);
    }

    @Test
    @DisplayName("U15: pulls through four replicas at once cost one token call")
    void allReplicasNeedOneTokenCall() throws Exception {
        List<Registry> replicas = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            replicas.add(replica(withCredential(origin())));
        }

        Long answers = Flux.range(0, 100)
                .flatMap(i -> replicas.get(i % 4).send(GET, Upstreams::gather), 100)
                .filter("blob"::equals)
                .count()
                .block(LIMIT.multipliedBy(3));

        assertThat(answers).isEqualTo(100);
        assertThat(auth.requests()).hasSize(1);
    }

    @Test
    @DisplayName("U16: a token that is no longer accepted is replaced once for all replicas")
    void aTokenThatIsNoLongerAcceptedIsReplacedOnceForAll() throws Exception {
        Registry one = replica(anonymous(origin()));
        Registry two = replica(anonymous(origin()));
        text(one, GET);
        text(two, GET);

        accepted.set("token-2");

        assertThat(text(one, GET)).isEqualTo("blob");
        assertThat(text(two, GET)).isEqualTo("blob");
        assertThat(auth.requests()).hasSize(2);
    }

    @Test
    @DisplayName("U16: a rejected token that cannot be taken away is not taken again")
    void aRejectedTokenIsNotTakenAgain() throws Exception {
        Registry one = replica(anonymous(origin()));
        text(one, GET);
        shared.takeNothingAway();

        accepted.set("token-2");

        assertThat(text(one, GET)).isEqualTo("blob");
        assertThat(auth.requests()).hasSize(2);
    }

    @Test
    @DisplayName("T12: after a no, nothing older than the rejected token is shown to the registry")
    void nothingOlderThanTheRejectedTokenIsTaken() throws Exception {
        Registry one = replica(anonymous(origin()));
        text(one, GET);
        shared.replaceAll(new SharedToken("older", Duration.ofMinutes(1), Duration.ofMinutes(4)));

        accepted.set("token-2");

        assertThat(text(one, GET)).isEqualTo("blob");
        assertThat(server.requests())
                .extracting(request -> request.header("authorization"))
                .containsExactly("", "Bearer token-1", "Bearer token-1", "Bearer token-2");
    }

    @Test
    @DisplayName("T10: the token of one credential is nobody else's: another's, another route's, or an anonymous one")
    void theTokenOfOneCredentialIsNobodyElses() throws Exception {
        List<RegistrySettings> all = List.of(
                withCredential(origin()),
                with("test", new Credential(CREDENTIAL.username(), "another")),
                with("test", new Credential("another", CREDENTIAL.password())),
                with("other", CREDENTIAL),
                anonymous(origin()));
        for (RegistrySettings settings : all) {
            accepted.set("token-" + (issued.get() + 1));
            assertThat(text(replica(settings), GET)).isEqualTo("blob");
            assertThat(text(replica(settings), GET)).isEqualTo("blob");
        }
        assertThat(auth.requests()).hasSize(all.size());
        assertThat(shared.size()).isEqualTo(all.size());
    }

    private RegistrySettings with(String route, Credential credential) {
        return new RegistrySettings(route, origin(), List.of(credential), Set.of(), Timeouts.DEFAULT);
    }

    @Test
    @DisplayName(
            "U18: a token of another replica is used while the token endpoint is down, and a failure is nobody's token")
    void theTokenOfAnotherReplicaIsUsedWhileTheEndpointIsDown() throws Exception {
        text(replica(anonymous(origin())), GET);

        auth.close();

        assertThat(text(replica(anonymous(origin())), GET)).isEqualTo("blob");
        assertThat(failure(replica(withCredential(origin())), GET)).isInstanceOf(UpstreamCredentialsException.class);
        assertThat(shared.size()).isOne();
    }

    @Test
    @DisplayName("T20: nothing that is shared shows itself")
    void nothingThatIsSharedShowsItself() {
        TokenKey key = new TokenKey(URI.create("https://auth.example.com/t"), null, "scope");
        SharedToken token = new SharedToken("t0ken", Duration.ofMinutes(1), Duration.ZERO);

        assertThat(TokenName.of("hub", key, Authorization.basic(CREDENTIAL)).toString())
                .isEqualTo("TokenName");
        assertThat(token.toString()).doesNotContain("t0ken");
    }
}
