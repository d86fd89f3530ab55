package io.sluice.gateway.upstream;

import static io.sluice.gateway.upstream.Upstreams.CREDENTIAL;
import static io.sluice.gateway.upstream.Upstreams.DIGEST;
import static io.sluice.gateway.upstream.Upstreams.GET;
import static io.sluice.gateway.upstream.Upstreams.HERE;
import static io.sluice.gateway.upstream.Upstreams.LIMIT;
import static io.sluice.gateway.upstream.Upstreams.MANIFEST;
import static io.sluice.gateway.upstream.Upstreams.anonymous;
import static io.sluice.gateway.upstream.Upstreams.failure;
import static io.sluice.gateway.upstream.Upstreams.text;
import static io.sluice.gateway.upstream.Upstreams.withCredential;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.error.UpstreamCredentialsException;
import io.sluice.gateway.error.UpstreamStatusException;
import io.sluice.gateway.upstream.RegistryRequest.Method;
import io.sluice.gateway.upstream.RegistrySettings.Timeouts;
import io.sluice.gateway.upstream.credential.Credential;
import io.sluice.oci.RepositoryName;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class RateLimitedRegistryTest {

    private static final Credential OTHER = new Credential("other", "an0ther-secret");
    private static final String ONE =
            Objects.requireNonNull(Authorization.basic(CREDENTIAL).value());
    private static final String TWO =
            Objects.requireNonNull(Authorization.basic(OTHER).value());

    private final Upstreams upstreams = new Upstreams();
    private volatile boolean limited = true;

    @AfterEach
    void close() throws Exception {
        upstreams.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "Retry-After: 7 | 7",
                "Retry-After: 999999 | 3600",
                "X: nothing is said | 10",
                "Retry-After: 0 | 10",
                "Retry-After: soon | 10"
            })
    @DisplayName("U22: after a 429 nobody asks again before its time is over, whoever comes")
    void afterA429NobodyAsksAgainBeforeItsTimeIsOver(String header, long seconds) throws Exception {
        RawServer server = limitedServer(header);
        Registry registry = upstreams.open(anonymous(server.at("registry.example.com")));

        assertThat(waitOf(failure(registry, MANIFEST))).isEqualTo(Duration.ofSeconds(seconds));
        assertThat(waitOf(failure(registry, GET))).isEqualTo(Duration.ofSeconds(seconds));
        upstreams.pass(Duration.ofSeconds(seconds).minusMillis(1));
        assertThat(waitOf(failure(registry, GET))).isEqualTo(Duration.ofMillis(1));
        assertThat(server.requests()).hasSize(1);
        assertThat(upstreams.count("sluice.upstream.rejections", "rate_limited"))
                .isEqualTo(2);
        assertThat(upstreams.ofAccount("sluice.upstream.ratelimit.wait", "anonymous"))
                .isEqualTo(0.001);

        limited = false;
        upstreams.pass(Duration.ofMillis(1));
        assertThat(text(registry, GET)).isEqualTo("blob");
        assertThat(upstreams.ofAccount("sluice.upstream.ratelimit.wait", "anonymous"))
                .isZero();
    }

    @Test
    @DisplayName("U22: while the 429s go on a crowd asks ever more seldom")
    void whileThe429sGoOnACrowdAsksEverMoreSeldom() throws Exception {
        RawServer server = limitedServer("X: nothing is said");
        Registry registry = upstreams.open(anonymous(server.at("registry.example.com")));

        for (int second = 0; second < 300; second++) {
            failure(registry, GET);
            upstreams.pass(Duration.ofSeconds(1));
        }

        // At 0, 10, 30, 70 and 150 s; the next would be at 310 s.
        assertThat(server.requests()).hasSize(5);
    }

    private RawServer limitedServer(String header) throws Exception {
        return upstreams.http((request, reply) -> {
            if (limited) {
                reply.send(429, "slow down", header);
            } else {
                reply.send(200, "blob");
            }
        });
    }

    @Test
    void whatIsSaidIsShownUntilItIsOver() throws Exception {
        RawServer server = upstreams.http((request, reply) ->
                reply.send(200, "x", "ratelimit-limit: 100;w=21600", "ratelimit-remaining: 76;w=21600"));
        Registry registry = upstreams.open(withCredential(server.at("registry.example.com")));
        assertThat(registry.budgetLeft()).isEmpty();

        text(registry, GET);

        assertThat(registry.budgetLeft()).hasValue(0.76);
        assertThat(upstreams.ofAccount("sluice.upstream.ratelimit.limit", "1")).isEqualTo(100);
        assertThat(upstreams.ofAccount("sluice.upstream.ratelimit.remaining", "1"))
                .isEqualTo(76);

        upstreams.pass(Duration.ofHours(6));
        assertThat(registry.budgetLeft()).isEmpty();
        assertThat(upstreams.ofAccount("sluice.upstream.ratelimit.remaining", "1"))
                .isNaN();
    }

    @Test
    void nothingIsLeftWhileEverybodyIsToWait() throws Exception {
        RawServer server = limitedServer("Retry-After: 7");
        Registry registry = upstreams.open(anonymous(server.at("registry.example.com")));

        failure(registry, GET);

        assertThat(registry.budgetLeft()).hasValue(0);
    }

    private final Map<String, String> remaining = new ConcurrentHashMap<>();

    @Test
    @DisplayName("U22: of several accounts the one with most left is used, and one that is to wait is passed over")
    void theAccountWithMostLeftIsUsed() throws Exception {
        RawServer server = upstreams.http(this::answerByAccount);
        Registry registry = upstreams.open(twoAccounts(server.at("registry.example.com")));
        remaining.putAll(Map.of(ONE, "50", TWO, "40"));

        assertThat(usedBy(registry, server))
                .as("the first, of two that are unknown")
                .isEqualTo(ONE);
        assertThat(usedBy(registry, server)).as("the unknown one").isEqualTo(TWO);
        assertThat(usedBy(registry, server)).as("the one with more left").isEqualTo(ONE);
        remaining.put(ONE, "30");
        usedBy(registry, server);
        assertThat(usedBy(registry, server)).as("the other, which now has more").isEqualTo(TWO);
        assertThat(registry.budgetLeft()).hasValue(0.4);

        remaining.put(TWO, "none");
        assertThat(usedBy(registry, server)).as("the next, in the same request").isEqualTo(ONE);
        assertThat(upstreams.count("sluice.upstream.retries", "another_account"))
                .isEqualTo(1);
        assertThat(usedBy(registry, server)).as("the only one that may").isEqualTo(ONE);

        remaining.put(ONE, "none");
        assertThat(waitOf(failure(registry, GET))).isEqualTo(Duration.ofSeconds(30));
        int asked = server.requests().size();
        upstreams.pass(Duration.ofSeconds(29));
        assertThat(waitOf(failure(registry, GET))).isEqualTo(Duration.ofSeconds(1));
        assertThat(server.requests()).hasSize(asked);
        assertThat(upstreams.ofAccount("sluice.upstream.ratelimit.wait", "2")).isEqualTo(1);
    }

    private void answerByAccount(RawServer.Request request, RawServer.Reply reply) throws Exception {
        String left = remaining.get(request.header("authorization"));
        if (left == null) {
            reply.send(401, "", "WWW-Authenticate: Basic realm=\"here\"");
        } else if (left.equals("none")) {
            reply.send(429, "slow down", "Retry-After: 30", "RateLimit: remaining=0");
        } else {
            reply.send(200, "blob", "RateLimit: limit=100, remaining=" + left + ", reset=600");
        }
    }

    private static String usedBy(Registry registry, RawServer server) {
        assertThat(text(registry, GET)).isEqualTo("blob");
        return server.requests().getLast().header("authorization");
    }

    private static RegistrySettings twoAccounts(URI origin) {
        return new RegistrySettings("test", origin, List.of(CREDENTIAL, OTHER), Set.of(), Timeouts.DEFAULT);
    }

    @Test
    @DisplayName(
            "U18: an account whose credential is rejected makes way for the next, and is tried again after a while")
    void anAccountWhoseCredentialIsRejectedMakesWay() throws Exception {
        RawServer server = upstreams.http(this::answerByAccount);
        Registry registry = upstreams.open(twoAccounts(server.at("registry.example.com")));
        remaining.put(TWO, "40");

        assertThat(usedBy(registry, server)).isEqualTo(TWO);
        int asked = server.requests().size();
        assertThat(usedBy(registry, server)).isEqualTo(TWO);
        assertThat(server.requests()).hasSize(asked + 1);

        remaining.put(ONE, "50");
        upstreams.pass(Account.SET_ASIDE);
        assertThat(usedBy(registry, server)).isEqualTo(ONE);
    }

    @Test
    @DisplayName("U18: where no credential helps nobody is asked without one")
    void whereNoCredentialHelpsNobodyIsAskedWithoutOne() throws Exception {
        RawServer server = upstreams.http(this::answerByAccount);
        Registry registry = upstreams.open(twoAccounts(server.at("registry.example.com")));

        assertThat(failure(registry, GET)).isInstanceOf(UpstreamCredentialsException.class);
        int asked = server.requests().size();
        assertThat(failure(registry, GET)).isInstanceOf(UpstreamCredentialsException.class);

        assertThat(server.requests().subList(asked, server.requests().size()))
                .extracting(request -> request.header("authorization"))
                .containsExactly(ONE, TWO);
    }

    @Test
    @DisplayName("T10: the tokens of several accounts are kept apart, and each is fetched once")
    void theTokensOfSeveralAccountsAreKeptApart() throws Exception {
        RawServer auth = upstreams.https((request, reply) -> reply.send(
                200, "{\"token\":\"token-" + (request.header("authorization").equals(ONE) ? 1 : 2) + "\"}"));
        RawServer server = upstreams.https((request, reply) -> {
            String left = remaining.get(request.header("authorization"));
            if (left == null) {
                reply.send(401, "", "WWW-Authenticate: Bearer realm=\"" + auth.at("auth.example.com") + "/t\"");
            } else {
                reply.send(200, "blob", "ratelimit-remaining: " + left);
            }
        });
        remaining.putAll(Map.of("Bearer token-1", "50", "Bearer token-2", "40"));
        Registry registry = upstreams.open(twoAccounts(server.at("registry.example.com")), new FakeSharedTokens());

        assertThat(usedBy(registry, server)).isEqualTo("Bearer token-1");
        assertThat(usedBy(registry, server)).isEqualTo("Bearer token-2");
        assertThat(usedBy(registry, server)).isEqualTo("Bearer token-1");

        assertThat(auth.requests())
                .extracting(request -> request.header("authorization"))
                .containsExactly(ONE, TWO);
    }

    @Test
    @DisplayName(
            "U18: a token endpoint that says 429 is not asked before its time is over; tokens that are held are used on")
    void aTokenEndpointThatSays429IsSpared() throws Exception {
        limited = false;
        RawServer auth = upstreams.https((request, reply) -> {
            if (limited) {
                reply.send(429, "slow down", "Retry-After: 20");
            } else {
                reply.send(200, "{\"token\":\"token\",\"expires_in\":3000}");
            }
        });
        RawServer server = upstreams.https((request, reply) -> {
            if (request.header("authorization").isEmpty()) {
                reply.send(401, "", "WWW-Authenticate: Bearer realm=\"" + auth.at("auth.example.com") + "/t\"");
            } else {
                reply.send(200, "blob");
            }
        });
        Registry registry = upstreams.open(withCredential(server.at("registry.example.com")));
        text(registry, GET);
        limited = true;

        List<Duration> waits = Flux.range(0, 50)
                .flatMap(i -> registry.send(blobOf("team/tool" + i % 5), Upstreams::gather)
                        .<Duration>map(text -> Duration.ZERO)
                        .onErrorResume(failure -> Mono.just(waitOf(failure))))
                .collectList()
                .blockOptional(LIMIT)
                .orElseThrow();
        upstreams.pass(Duration.ofSeconds(19));

        assertThat(waits).containsOnly(Duration.ofSeconds(20));
        assertThat(waitOf(failure(registry, blobOf("team/tool")))).isEqualTo(Duration.ofSeconds(1));
        assertThat(auth.requests()).hasSizeBetween(2, 6);
        assertThat(text(registry, GET)).isEqualTo("blob");
        int asked = auth.requests().size();

        limited = false;
        upstreams.pass(Duration.ofSeconds(1));
        assertThat(text(registry, blobOf("team/tool"))).isEqualTo("blob");
        assertThat(auth.requests()).hasSize(asked + 1);
    }

    @Test
    @DisplayName("U18: where the token endpoint lets one account wait, another that has a token is used")
    void whereOneAccountGetsNoTokenAnotherIsUsed() throws Exception {
        RawServer auth = upstreams.https((request, reply) -> {
            if (request.header("authorization").equals(ONE)) {
                reply.send(429, "slow down");
            } else {
                reply.send(200, "{\"token\":\"token\"}");
            }
        });
        RawServer server = upstreams.https((request, reply) -> {
            if (request.header("authorization").isEmpty()) {
                reply.send(401, "", "WWW-Authenticate: Bearer realm=\"" + auth.at("auth.example.com") + "/t\"");
            } else {
                reply.send(200, "blob");
            }
        });
        Registry registry = upstreams.open(twoAccounts(server.at("registry.example.com")));

        assertThat(text(registry, GET)).isEqualTo("blob");
        assertThat(text(registry, blobOf("team/tool"))).isEqualTo("blob");

        assertThat(auth.requests())
                .extracting(request -> request.header("authorization"))
                .containsExactly(ONE, TWO, TWO);
    }

    @Test
    @DisplayName("U22: the 429 of a CDN spares the CDN, and the registry is asked on")
    void the429OfACdnSparesTheCdn() throws Exception {
        RawServer cdn = upstreams.https((request, reply) -> reply.send(429, "slow down", "Retry-After: 20"));
        RawServer server = upstreams.https((request, reply) -> {
            if (request.target().contains("/manifests/")) {
                reply.send(200, "manifest");
            } else {
                reply.send(307, "", "Location: " + cdn.at("cdn.example.net") + "/x");
            }
        });
        Registry registry = upstreams.open(withCredential(server.at("registry.example.com")), HERE, address -> true);

        assertThat(waitOf(failure(registry, GET))).isEqualTo(Duration.ofSeconds(20));
        upstreams.pass(Duration.ofSeconds(5));
        assertThat(waitOf(failure(registry, GET))).isEqualTo(Duration.ofSeconds(15));

        assertThat(cdn.requests()).hasSize(1);
        assertThat(text(registry, MANIFEST)).isEqualTo("manifest");
    }

    private static RegistryRequest blobOf(String repository) {
        return RegistryRequest.blob(Method.GET, RepositoryName.parse(repository), DIGEST, null);
    }

    private static Duration waitOf(Throwable failure) {
        assertThat(failure).isInstanceOf(UpstreamStatusException.class);
        UpstreamStatusException answer = (UpstreamStatusException) failure;
        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.isOutage()).isTrue();
        return answer.retryAfter() == null ? Duration.ZERO : answer.retryAfter();
    }
}
