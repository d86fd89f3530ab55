package io.sluice.gateway.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.Answer;
import io.sluice.testing.Images;
import io.sluice.testing.Images.Content;
import io.sluice.testing.RecordedRequest;
import io.sluice.testing.process.RedisConsole;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two gateways, one Redis, and a registry that wants tokens. */
class RedisTokensTest {

    private static final String SECRET = "--sluice.cluster.secret=0123456789abcdef0123456789abcdef";
    private static final String USER = "r0bot";
    private static final String PASSWORD = "passw0rd-canary";
    private static final String BASIC =
            "Basic " + Base64.getEncoder().encodeToString((USER + ":" + PASSWORD).getBytes(UTF_8));
    private static final String TOKEN = "t0ken-canary-";

    @TempDir
    private Path directory;

    private final AtomicInteger issued = new AtomicInteger();
    private final Set<String> revoked = ConcurrentHashMap.newKeySet();
    private Replicas replicas;

    @BeforeEach
    void start() {
        replicas = new Replicas(directory);
        replicas.upstream().on("GET", "/token").respondsWith(this::issue);
    }

    @AfterEach
    void end() {
        replicas.close();
    }

    private Answer issue(RecordedRequest request) {
        String whose = request.header("Authorization").filter(BASIC::equals).isPresent() ? "robot-" : "anyone-";
        return Answer.json(200, "{\"token\":\"" + TOKEN + whose + issued.incrementAndGet() + "\",\"expires_in\":300}");
    }

    private TestGateway replica(String... arguments) {
        List<String> all = new ArrayList<>(List.of(
                "--sluice.routes.hub.upstream=" + replicas.upstream().url(),
                "--sluice.routes.hub.root=true",
                "--sluice.routes.hub.public=true",
                "--sluice.routes.hub.credentials[0].username=" + USER,
                "--sluice.routes.hub.credentials[0].password=" + PASSWORD,
                "--sluice.routes.anon.upstream=" + replicas.upstream().url(),
                "--sluice.routes.anon.paths=/anon"));
        all.addAll(List.of(arguments));
        return replicas.start(all.toArray(String[]::new));
    }

    /** What takes a token of a kind. */
    private void serve(String repository, String whose, Content image, String... tags) {
        List<String> references = new ArrayList<>(List.of(tags));
        references.add(image.digest());
        for (String reference : references) {
            String path = "/v2/" + repository + "/manifests/" + reference;
            for (String method : new String[] {"GET", "HEAD"}) {
                replicas.upstream()
                        .on(method, path)
                        .respondsWith(request -> isAccepted(request, whose) ? Answer.manifest(image) : challenge());
            }
        }
    }

    private boolean isAccepted(RecordedRequest request, String whose) {
        return request.header("Authorization")
                .filter(value -> value.startsWith("Bearer " + TOKEN + whose) && !revoked.contains(value))
                .isPresent();
    }

    private Answer challenge() {
        String realm = replicas.upstream().url() + "/token";
        return new Answer(
                401, Map.of("WWW-Authenticate", "Bearer realm=\"" + realm + "\",service=\"reg\""), new byte[0]);
    }

    private long tokenCalls(String repository) {
        return replicas.upstream().requests().stream()
                .filter(request ->
                        request.path().equals("/token") && request.target().contains(repository))
                .count();
    }

    /** Of the requests for a path those that were let in. */
    private long letIn(String method, String path) {
        return replicas.upstream().requests().stream()
                .filter(request -> request.method().equals(method)
                        && request.path().equals(path)
                        && request.header("Authorization").isPresent())
                .count();
    }

    private void assertServes(TestGateway gateway, String path, Content image) {
        HttpResponse<byte[]> answer = gateway.get(path);
        assertThat(answer.statusCode()).as(path).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(image.bytes());
    }

    @Test
    @DisplayName(
            "U15 G06: cold images that both replicas want at once cost one token call a scope, one HEAD, one GET each")
    void whatBothWantAtOnceCostsOneTokenCallAScope() throws Exception {
        TestGateway one = replica(SECRET);
        TestGateway two = replica(SECRET);
        for (int i = 0; i < 10; i++) {
            Content image = Images.image(Images.layer(100, i));
            String repository = "team/cold" + i;
            serve(repository, "robot-", image, "latest");
            List<Future<HttpResponse<byte[]>>> pulls = new ArrayList<>();
            for (String reference : new String[] {"latest", "latest", "latest", "latest"}) {
                String path = "/v2/" + repository + "/manifests/" + reference;
                pulls.add(replicas.begin(() -> one.get(path)));
                pulls.add(replicas.begin(() -> two.get(path)));
            }
            for (Future<HttpResponse<byte[]>> pull : pulls) {
                assertThat(Replicas.end(pull).body()).isEqualTo(image.bytes());
            }
            assertThat(tokenCalls("cold" + i + "%3A")).as(repository).isOne();
            assertThat(letIn("HEAD", "/v2/" + repository + "/manifests/latest")).isOne();
            assertThat(letIn("GET", "/v2/" + repository + "/manifests/" + image.digest()))
                    .isOne();
        }
        assertThat(one.scrape() + two.scrape()).contains("sluice_redis_lookups_total{kind=\"sealed\",result=\"hit\"}");
    }

    @Test
    @DisplayName("U16: a token that the registry rejects is replaced once for both")
    void aRejectedTokenIsReplacedOnceForBoth() {
        TestGateway one = replica(SECRET);
        TestGateway two = replica(SECRET);
        Content image = Images.image(Images.layer(100, 1));
        Content next = Images.image(Images.layer(100, 2));
        serve("app", "robot-", image, "v1");
        serve("app", "robot-", next, "v2", "v3", "v4");
        assertServes(one, "/v2/app/manifests/v1", image);
        assertServes(two, "/v2/app/manifests/v2", next);
        assertThat(tokenCalls("app")).isOne();

        revoked.add("Bearer " + TOKEN + "robot-1");

        assertServes(one, "/v2/app/manifests/v3", next);
        assertServes(two, "/v2/app/manifests/v4", next);
        assertThat(tokenCalls("app")).isEqualTo(2);
    }

    @Test
    @DisplayName("T10 T36: an anonymous route never has the token of a credential, nor the other way round")
    void aTokenBelongsToItsCredential() {
        TestGateway one = replica(SECRET);
        TestGateway two = replica(SECRET);
        Content image = Images.image(Images.layer(100, 1));
        serve("app", "robot-", image, "secret");
        assertServes(one, "/v2/app/manifests/secret", image);

        int before = replicas.upstream().requests().size();
        assertThat(two.get("/v2/anon/app/manifests/secret").statusCode()).isNotEqualTo(200);
        assertThat(authorizationsFrom(before))
                .isNotEmpty()
                .allMatch(value -> value.startsWith("Bearer " + TOKEN + "anyone-"));

        before = replicas.upstream().requests().size();
        serve("app", "robot-", image, "again");
        assertServes(two, "/v2/app/manifests/again", image);
        assertThat(authorizationsFrom(before)).isNotEmpty().allMatch(("Bearer " + TOKEN + "robot-1")::equals);
    }

    private List<String> authorizationsFrom(int request) {
        List<RecordedRequest> all = replicas.upstream().requests();
        return all.subList(request, all.size()).stream()
                .flatMap(each -> each.header("Authorization").stream())
                .toList();
    }

    @Test
    @DisplayName("T20 T30: nothing in Redis has a token or a credential in it, and nothing of a token whom it is for")
    void nothingInRedisHasASecretInIt() {
        TestGateway one = replica(SECRET);
        Content image = Images.image(Images.layer(100, 1));
        serve("acme/hidden", "robot-", image, "latest");
        assertServes(one, "/v2/acme/hidden/manifests/latest", image);

        String whole = contents("*");
        String sealed = contents("sluice:1:sealed:*");

        assertThat(whole).doesNotContain(TOKEN, PASSWORD, BASIC, BASIC.substring("Basic ".length()), USER);
        assertThat(sealed).isNotEmpty().doesNotContain("acme", "hidden", "hub", "token", "repository");
        assertThat(one.scrape()).doesNotContain(TOKEN, PASSWORD, "acme");
    }

    /** Keys and values as they lie there. */
    private String contents(String pattern) {
        StringBuilder all = new StringBuilder();
        try (RedisConsole console = replicas.redis().console()) {
            for (String key : console.send("KEYS", pattern).split("\n")) {
                byte[] value = console.send("DUMP".getBytes(UTF_8), key.getBytes(UTF_8));
                all.append(key).append(new String(value, ISO_8859_1)).append('\n');
            }
        }
        return all.toString();
    }

    @Test
    void withoutASecretNothingOfATokenIsShared() {
        TestGateway one = replica();
        TestGateway two = replica();
        Content image = Images.image(Images.layer(100, 1));
        serve("app", "robot-", image, "v1", "v2");

        assertServes(one, "/v2/app/manifests/v1", image);
        assertServes(two, "/v2/app/manifests/v2", image);

        assertThat(tokenCalls("app")).isEqualTo(2);
        assertThat(replicas.redis().send("KEYS", "sluice:1:sealed:*")).isEmpty();
    }

    @Test
    @DisplayName("K01 K02: no pull fails while Redis is gone, each replica has tokens of its own, and shares again")
    void noPullFailsWithoutRedis() {
        TestGateway one = replica(SECRET);
        TestGateway two = replica(SECRET);
        replicas.redis().kill();
        for (int i = 0; i < 10; i++) {
            Content image = Images.image(Images.layer(100, i));
            serve("gone" + i, "robot-", image, "latest");
            assertServes(one, "/v2/gone" + i + "/manifests/latest", image);
            assertServes(two, "/v2/gone" + i + "/manifests/latest", image);
            assertThat(tokenCalls("gone" + i + "%3A")).isEqualTo(2);
        }

        replicas.redis().restart();
        Replicas.awaitRedis(one, "UP");
        Replicas.awaitRedis(two, "UP");

        Content image = Images.image(Images.layer(100, 100));
        serve("back", "robot-", image, "v1", "v2");
        assertServes(one, "/v2/back/manifests/v1", image);
        assertServes(two, "/v2/back/manifests/v2", image);
        assertThat(tokenCalls("back")).isOne();
    }
}
