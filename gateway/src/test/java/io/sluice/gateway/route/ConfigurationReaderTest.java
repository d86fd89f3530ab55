package io.sluice.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cache.RepositoryKey;
import io.sluice.cache.redis.RedisCacheSettings;
import io.sluice.cache.redis.RedisUrl;
import io.sluice.gateway.cluster.ClusterSecret;
import io.sluice.gateway.cluster.ClusterSettings;
import io.sluice.gateway.policy.PullPolicy;
import io.sluice.gateway.policy.ReferencePattern;
import io.sluice.gateway.pull.Pins;
import io.sluice.gateway.pull.StaleReason;
import io.sluice.gateway.pull.TagFreshness;
import io.sluice.gateway.pull.TagPolicy;
import io.sluice.gateway.pull.TagRule;
import io.sluice.gateway.pull.Upstream;
import io.sluice.gateway.upstream.NotFoundSettings;
import io.sluice.gateway.upstream.RegistrySettings.Timeouts;
import io.sluice.gateway.upstream.TransportSettings;
import io.sluice.gateway.upstream.credential.Credential;
import io.sluice.oci.Digest;
import io.sluice.oci.Digest.Algorithm;
import io.sluice.oci.RepositoryName;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.util.unit.DataSize;

@ExtendWith(OutputCaptureExtension.class)
class ConfigurationReaderTest {

    private static final String SMALLEST = "sluice.routes.hub: {upstream: 'https://registry.example', root: true}\n";

    @Test
    void theSmallestConfigurationHasTheDocumentedDefaults() {
        assertThat(WrittenConfiguration.read(SMALLEST))
                .isEqualTo(new SluiceConfiguration(
                        new CacheSettings(Path.of("data"), DataSize.ofGigabytes(50), Pins.NONE),
                        List.of(new RouteSettings(
                                "hub",
                                URI.create("https://registry.example"),
                                List.of(),
                                List.of(),
                                true,
                                null,
                                List.of(),
                                false,
                                Set.of(),
                                TagPolicy.of(new TagFreshness(Duration.ofSeconds(60), Duration.ofHours(24))),
                                NotFoundSettings.DEFAULT,
                                false,
                                Timeouts.DEFAULT,
                                TransportSettings.PLAIN,
                                PullPolicy.EVERYTHING,
                                Upstream.LISTS_FRESH_FOR)),
                        null,
                        new ClusterSettings(8082, InetAddress.ofLiteral("127.0.0.1"), null, null),
                        new ReloadSettings(Duration.ofSeconds(5), Duration.ofMillis(500)),
                        new AdminSettings(null)));
    }

    @Test
    void everyKeyReachesItsPlace() {
        SluiceConfiguration configuration = WrittenConfiguration.read("""
                sluice:
                  cache:
                    directory: /var/lib/sluice
                    max-size: 2TB
                    pinned: ['sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', hub/library/alpine]
                  routes:
                    hub:
                      upstream: http://10.0.0.7:5000/
                      paths: [/docker.io, /group/proxy]
                      namespaces: [docker.io, 'hub.example:5000']
                      root: true
                      default-namespace: library
                      credentials:
                        - {username: robot, password: s3cret}
                        - {username: other, password: pa$$word}
                      public: true
                      redirect-hosts: ['https://CDN.example:443', 'http://10.0.0.7:5601/']
                      tags: {fresh-for: 0, stale-for: 90m}
                      lists: {fresh-for: 10s}
                      allow: [library/*, 'team/tool:v1.*']
                      deny: ['*:latest']
                      timeouts: {connect: 2s, first-header: 1m, read: 500ms}
                    quay: {upstream: 'https://quay.io', namespaces: quay.io}
                  redis: {url: 'rediss-sentinel://gateway:s3cret@a.example,b.example:5000/3#mymaster'}
                  reload: {interval: 30s, quiet-for: 2s}
                  admin: {token: fedcba9876543210fedcba9876543210}
                  cluster:
                    port: 9000
                    address: 0.0.0.0
                    advertised-url: http://Replica-1.example:9000/
                    secret: 0123456789abcdef0123456789abcdef
                """);

        assertThat(configuration.cache())
                .isEqualTo(new CacheSettings(
                        Path.of("/var/lib/sluice"),
                        DataSize.ofTerabytes(2),
                        new Pins(
                                Set.of(Digest.hash(Algorithm.SHA256, new byte[0])),
                                Set.of(new RepositoryKey("hub", RepositoryName.parse("library/alpine"))))));
        assertThat(configuration.routes())
                .containsExactly(
                        new RouteSettings(
                                "hub",
                                URI.create("http://10.0.0.7:5000"),
                                List.of("/docker.io", "/group/proxy"),
                                List.of("docker.io", "hub.example:5000"),
                                true,
                                "library",
                                List.of(new Credential("robot", "s3cret"), new Credential("other", "pa$$word")),
                                true,
                                Set.of(URI.create("https://cdn.example"), URI.create("http://10.0.0.7:5601")),
                                TagPolicy.of(new TagFreshness(Duration.ZERO, Duration.ofMinutes(90))),
                                NotFoundSettings.DEFAULT,
                                false,
                                new Timeouts(
                                        Duration.ofSeconds(2),
                                        Timeouts.DEFAULT.handshake(),
                                        Timeouts.DEFAULT.acquire(),
                                        Timeouts.DEFAULT.acquireForBlob(),
                                        Duration.ofMinutes(1),
                                        Duration.ofMillis(500)),
                                TransportSettings.PLAIN,
                                new PullPolicy(
                                        List.of(
                                                ReferencePattern.parse("library/*"),
                                                ReferencePattern.parse("team/tool:v1.*")),
                                        List.of(ReferencePattern.parse("*:latest"))),
                                Duration.ofSeconds(10)),
                        new PlainRoute("quay", "https://quay.io", List.of(), List.of("quay.io"), false, null)
                                .anonymous());
        assertThat(configuration.redis())
                .isEqualTo(RedisUrl.parse("rediss-sentinel://gateway:s3cret@a.example,b.example:5000/3#mymaster"));
        assertThat(configuration.cluster())
                .isEqualTo(new ClusterSettings(
                        9000,
                        InetAddress.ofLiteral("0.0.0.0"),
                        URI.create("http://replica-1.example:9000"),
                        new ClusterSecret("0123456789abcdef0123456789abcdef")));
        assertThat(configuration.admin()).isEqualTo(new AdminSettings("fedcba9876543210fedcba9876543210"));
        assertThat(configuration).asString().doesNotContain("fedcba");
        assertThat(configuration.reload()).isEqualTo(new ReloadSettings(Duration.ofSeconds(30), Duration.ofSeconds(2)));
    }

    @Test
    void theTokenOfTheManagementPortMayBeInAFile(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("token"), "0123456789abcdef0123456789abcdef\n");

        assertThat(WrittenConfiguration.read(SMALLEST + "sluice.admin.token-file: " + file)
                        .admin()
                        .token())
                .isEqualTo("0123456789abcdef0123456789abcdef");
    }

    @Test
    void aSecretMayBeThereWithoutAUrlAndEmptyKeysAreNone() {
        assertThat(WrittenConfiguration.read(SMALLEST + "sluice.cluster: {advertised-url: '', secret: ''}")
                        .cluster())
                .isEqualTo(ClusterSettings.DEFAULT);
        assertThat(WrittenConfiguration.read(
                                SMALLEST, Map.of("SLUICE_CLUSTER_SECRET", "0123456789abcdef0123456789abcdef"))
                        .cluster()
                        .secret())
                .hasValue(new ClusterSecret("0123456789abcdef0123456789abcdef"));
    }

    @Test
    @DisplayName("T36: in Redis a route is its upstream and as whom it is asked, not its name alone")
    void aRouteInRedisIsItsUpstream() {
        String redis = SMALLEST + "sluice.redis.url: redis://redis.example\n";
        RedisCacheSettings anonymous = redisCache(redis);
        RedisCacheSettings again = redisCache(redis + "sluice.routes.hub.tags.fresh-for: 60s");
        RedisCacheSettings elsewhere = redisCache(redis + "sluice.routes.hub.upstream: https://other.example");
        RedisCacheSettings asRobot = redisCache(redis + "sluice.routes.hub.public: true\n"
                + "sluice.routes.hub.credentials: [{username: robot, password: s3cret}]");

        assertThat(again.routes()).isEqualTo(anonymous.routes());
        assertThat(elsewhere.routes()).isNotEqualTo(anonymous.routes());
        assertThat(asRobot.routes()).isNotEqualTo(anonymous.routes());
        assertThat(asRobot).asString().doesNotContain("s3cret", "robot");
    }

    private static RedisCacheSettings redisCache(String yaml) {
        return WrittenConfiguration.read(yaml).redisCache(Clock.systemUTC()).orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "https://Registry.Example, https://registry.example",
        "https://registry.example/, https://registry.example",
        "https://registry.example:443, https://registry.example",
        "http://registry.example:80, http://registry.example",
        "http://registry.example:443, http://registry.example:443",
        "HTTP://[::1]:5000, http://[::1]:5000"
    })
    void anUpstreamIsKeptAsAnOrigin(String written, String kept) {
        assertThat(WrittenConfiguration.read(SMALLEST, Map.of("SLUICE_ROUTES_HUB_UPSTREAM", written))
                        .routes())
                .singleElement()
                .extracting(RouteSettings::upstream)
                .hasToString(kept);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "credentials: []",
                "credentials:",
                "credentials: [{username: '', password: ''}]",
                "credentials: [{username: '${NOBODY:}', password: '${NOTHING:}'}]"
            })
    void aCredentialOfTwoEmptyValuesIsNone(String credentials) {
        assertThat(WrittenConfiguration.read(
                                "sluice.routes.hub:\n  upstream: https://registry.example\n  root: true\n  "
                                        + credentials)
                        .routes())
                .singleElement()
                .extracting(RouteSettings::credentials)
                .isEqualTo(List.of());
    }

    @Test
    void emptySectionsAndListsAreAsGoodAsNone() {
        assertThat(WrittenConfiguration.read("""
                sluice:
                  cache:
                  redis: {}
                  cluster:
                  routes:
                    hub: {upstream: 'https://registry.example', root: true, paths: [], namespaces:, tags: {}}
                """)).isEqualTo(WrittenConfiguration.read(SMALLEST));
    }

    @Test
    void aPathThatIsWrittenTwiceInOneRouteIsOnePath() {
        assertThat(WrittenConfiguration.read(SMALLEST + "sluice.routes.hub.paths: '/a,/b,/a'")
                        .routes())
                .singleElement()
                .extracting(RouteSettings::paths)
                .isEqualTo(List.of("/a", "/b"));
    }

    @Test
    void aNamespaceThatIsCalledRootIsNotTheRoot() {
        assertThat(WrittenConfiguration.read(
                                SMALLEST + "sluice.routes.dns: {upstream: 'https://dns.example', namespaces: [root]}")
                        .routes())
                .hasSize(2);
    }

    @Test
    void environmentVariablesReachTheVeryRouteAndKey() {
        SluiceConfiguration configuration = WrittenConfiguration.read(
                SMALLEST,
                Map.of(
                        "SLUICE_CACHE_MAXSIZE", "1GB",
                        "SLUICE_CACHE_DIRECTORY", "/cache",
                        "SLUICE_ROUTES_HUB_CREDENTIALS_0_USERNAME", "robot",
                        "SLUICE_ROUTES_HUB_CREDENTIALS_0_PASSWORD", "s3cret",
                        "SLUICE_ROUTES_HUB_PUBLIC", "TRUE",
                        "SLUICE_ROUTES_HUB_PATHS_0", "/hub",
                        "SLUICE_ROUTES_HUB_NAMESPACES", "a.example,b.example",
                        "SLUICE_ROUTES_HUB_REDIRECTHOSTS_0", "https://cdn.example",
                        "SLUICE_ROUTES_HUB_DEFAULTNAMESPACE", "library",
                        "SLUICE_ROUTES_HUB_TAGS_FRESHFOR", "5m"));

        assertThat(configuration.cache())
                .isEqualTo(new CacheSettings(Path.of("/cache"), DataSize.ofGigabytes(1), Pins.NONE));
        assertThat(configuration.routes())
                .containsExactly(new PlainRoute(
                                "hub",
                                "https://registry.example",
                                List.of("/hub"),
                                List.of("a.example", "b.example"),
                                true,
                                "library")
                        .with(
                                List.of(new Credential("robot", "s3cret")),
                                true,
                                Set.of(URI.create("https://cdn.example")),
                                TagPolicy.of(new TagFreshness(Duration.ofMinutes(5), Duration.ofHours(24)))));
    }

    @Test
    void rulesHoldForTheTagsThatMatchThem() {
        RouteSettings route = route("""
                sluice.routes.hub:
                  upstream: https://registry.example
                  root: true
                  tags:
                    fresh-for: 2m
                    stale-for: 7d
                    stale-while-revalidate: 10s
                    stale-on: [timeout, 5xx, 404]
                    answer-within: 3s
                    stretch: false
                  rules:
                    - {match: '*:latest', fresh-for: 30s}
                    - match: 'library/*:v*'
                      fresh-for: 1h
                      stale-for: 30d
                      stale-while-revalidate: 0
                    - {match: 'release/*', immutable: true}
                  not-found-for: 30s
                  signature-not-found-for: 1h
                  offline: true
                """);

        Duration week = Duration.ofDays(7);
        assertThat(route.tags())
                .isEqualTo(new TagPolicy(
                        new TagFreshness(Duration.ofMinutes(2), week, Duration.ofSeconds(10)),
                        List.of(
                                new TagRule(
                                        ReferencePattern.parse("*:latest"),
                                        new TagFreshness(Duration.ofSeconds(30), week, Duration.ofSeconds(10))),
                                new TagRule(
                                        ReferencePattern.parse("library/*:v*"),
                                        new TagFreshness(Duration.ofHours(1), Duration.ofDays(30))),
                                new TagRule(ReferencePattern.parse("release/*"), TagFreshness.immutable())),
                        Set.of(StaleReason.TIMEOUT, StaleReason.SERVER_ERROR, StaleReason.NOT_FOUND),
                        Duration.ofSeconds(3),
                        false));
        assertThat(route.notFound()).isEqualTo(new NotFoundSettings(Duration.ofSeconds(30), Duration.ofHours(1)));
        assertThat(route.offline()).isTrue();
    }

    @Test
    void nothingStandsInWhereItIsNeverToBeStale() {
        RouteSettings route = route("""
                sluice.routes.hub:
                  upstream: https://registry.example
                  root: true
                  tags: {stale-on: never}
                """);

        assertThat(route.tags().staleOn()).isEmpty();
    }

    private static RouteSettings route(String yaml) {
        return WrittenConfiguration.read(yaml).routes().getFirst();
    }

    @Test
    void environmentVariablesAloneCanMakeARoute() {
        assertThat(WrittenConfiguration.read(
                                "{}",
                                Map.of(
                                        "SLUICE_ROUTES_QUAY_UPSTREAM", "https://quay.io",
                                        "SLUICE_ROUTES_QUAY_ROOT", "true"))
                        .routes())
                .singleElement()
                .extracting(RouteSettings::name)
                .isEqualTo("quay");
    }

    @Test
    void knownEnvironmentVariablesAreNotWarnedOf(CapturedOutput output) {
        WrittenConfiguration.read(
                SMALLEST,
                Map.of(
                        "SLUICE_CACHE_MAX_SIZE", "1GB",
                        "SLUICE_CACHE_DIRECTORY", "/cache",
                        "SLUICE_ROUTES_HUB_PATHS_0", "/a",
                        "SLUICE_ROUTES_HUB_PATHS_1", "/b",
                        "SLUICE_ROUTES_HUB_CREDENTIALS_0_USERNAME", "",
                        "SLUICE_REDIS_URL", "",
                        "SLUICE_CLUSTER_ADVERTISEDURL", "",
                        "SLUICEGATE", "open"));

        assertThat(output).doesNotContain("SLUICE");
    }

    @Test
    void theOlderSpellingOfAVariableReachesItsKeyToo() {
        assertThat(WrittenConfiguration.read(SMALLEST, Map.of("SLUICE_CACHE_MAX_SIZE", "1GB"))
                        .cache()
                        .maxSize())
                .isEqualTo(DataSize.ofGigabytes(1));
    }

    @Test
    @DisplayName("T20: an unknown environment variable is warned of by its name, never by its value")
    void unknownEnvironmentVariablesAreWarnedOfAndDoNotStopTheStart(CapturedOutput output) {
        WrittenConfiguration.read(
                SMALLEST,
                Map.of(
                        "SLUICE_CACHE_MAXSZE", "s3cret",
                        "SLUICE_ROUTES_HBU_TAGS_FRESHFOR", "s3cret",
                        "SLUICE_SERVICE_HOST", "s3cret"));

        assertThat(output)
                .contains("SLUICE_CACHE_MAXSZE means nothing here; did you mean SLUICE_CACHE_MAXSIZE?")
                .contains("SLUICE_ROUTES_HBU_TAGS_FRESHFOR means nothing here; did you mean"
                        + " SLUICE_ROUTES_HUB_TAGS_FRESHFOR?")
                .contains("SLUICE_SERVICE_HOST means nothing here")
                .doesNotContain("s3cret");
    }

    @Test
    @DisplayName("T20: no printed form of the configuration has a password in it")
    void noPrintedFormHasAPassword() {
        assertThat(WrittenConfiguration.read(SMALLEST + "sluice.routes.hub.public: true\n"
                        + "sluice.routes.hub.credentials: [{username: robot, password: s3cret}]\n"
                        + "sluice.cluster.secret: s3cret-0123456789abcdef0123456789"))
                .asString()
                .doesNotContain("s3cret");
    }
}
