package io.sluice.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationFaultsTest {

    /** A right route to add what is wrong to. */
    private static final String ROUTE = """
            sluice.routes.hub:
              upstream: https://registry.example
              paths: [/hub]
            """;

    private static final String REDIS = "sluice.redis.url: redis://redis.example\n";
    private static final String SECRET = "sluice.cluster.secret: 0123456789abcdef0123456789abcdef\n";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "registry.example",
                "ftp://registry.example",
                "https://",
                "https:registry.example",
                "https://registry.example/v2",
                "https://registry.example?a=b",
                "https://registry.example/#top",
                "https://registry.example:0",
                "https://registry.example:65536",
                "https://reg istry.example",
                "//registry.example"
            })
    void anUpstreamThatIsNoOriginIsAFault(String upstream) {
        Fault fault = faultOf("sluice.routes.hub: {upstream: '" + upstream + "', root: true}");

        assertThat(fault.key()).isEqualTo("sluice.routes.hub.upstream");
        assertThat(fault.problem()).contains("is not an http or https URL of scheme, host and optional port");
    }

    @Test
    void aTokenThatIsTooShortIsAFaultWhichDoesNotShowIt() {
        Fault fault = faultOf(ROUTE + "sluice.admin.token: s3cret");

        assertThat(fault.key()).isEqualTo("sluice.admin.token");
        assertThat(fault.problem())
                .contains("a token of 6 characters", "at least 32")
                .doesNotContain("s3cret");
    }

    @Test
    void aTokenInAFileThatIsNotThereOrBesideAnotherIsAFault() {
        Fault missing = faultOf(ROUTE + "sluice.admin.token-file: /nowhere/token");
        Fault beside = faultOf(ROUTE + "sluice.admin: {token: 0123456789abcdef0123456789abcdef, token-file: /nowhere}");

        assertThat(missing.problem()).startsWith("cannot be read");
        assertThat(beside.problem()).startsWith("given beside sluice.admin.token");
    }

    @Test
    void anIntervalWithoutAUnitIsAFault() {
        Fault fault = faultOf(ROUTE + "sluice.reload.interval: 5");

        assertThat(fault.key()).isEqualTo("sluice.reload.interval");
        assertThat(fault.problem()).startsWith("'5' is not a duration with its unit");
    }

    @Test
    void theOffendingValueIsShown() {
        assertThat(faultOf("sluice.routes.hub: {upstream: 'ftp://registry.example', root: true}")
                        .problem())
                .startsWith("'ftp://registry.example' is not");
    }

    @Test
    void aValueWithControlCharactersOrWithoutEndIsShownOnOneShortLine() {
        String problem = faultOf(
                        "sluice.routes.hub: {upstream: \"a\\nb\\e[31m" + "c".repeat(10_000) + "\", root: true}")
                .problem();

        assertThat(problem)
                .startsWith("'a\uFFFDb\uFFFD[31mc")
                .hasSizeLessThan(400)
                .doesNotContain("\n", "\u001B");
    }

    @Test
    @DisplayName("T20: a user or a query in a URL is a fault that does not repeat them")
    void aUserOrAQueryInAUrlIsNotRepeated() {
        assertThat(faultOf("sluice.routes.hub: {upstream: 'https://robot:s3cret@registry.example', root: true}")
                        .toString())
                .contains("'…@registry.example' is not")
                .doesNotContain("robot", "s3cret");
        assertThat(faultOf(ROUTE + "  redirect-hosts: ['https://cdn.example/?signature=s3cret']")
                        .toString())
                .contains("'https://cdn.example/?…' is not")
                .doesNotContain("s3cret");
    }

    @Test
    @DisplayName("T35 G17: an upstream that is this gateway itself is a fault")
    void theGatewayIsNotItsOwnUpstream() {
        assertThat(faultOf("sluice.routes.hub: {upstream: 'http://localhost:8080', root: true}")
                        .problem())
                .isEqualTo("'http://localhost:8080' is where this gateway itself listens;"
                        + " expected the registry behind it");
        assertThat(faultOf("server: {port: 9000, address: 127.0.0.1}\n"
                                + "sluice.routes.hub: {upstream: 'http://127.0.0.1:9000', root: true}")
                        .key())
                .isEqualTo("sluice.routes.hub.upstream");
    }

    @ParameterizedTest
    @ValueSource(strings = {"library/alpine@sha256:00", "Library/alpine", "library/alpine:", "library/alpine:a/b"})
    void whatCanMatchNothingIsNoPattern(String pattern) {
        Fault allowed = faultOf(ROUTE + "  allow: ['" + pattern + "']");
        Fault denied = faultOf(ROUTE + "  deny: [library/*, '" + pattern + "']");

        assertThat(allowed.key()).isEqualTo("sluice.routes.hub.allow[0]");
        assertThat(allowed.problem()).contains("is not a pattern: <repository> or <repository>:<tag>");
        assertThat(denied.key()).isEqualTo("sluice.routes.hub.deny[1]");
    }

    @Test
    void howLongAListIsFreshHasAUnit() {
        Fault fault = faultOf(ROUTE + "  lists: {fresh-for: 30}");

        assertThat(fault.key()).isEqualTo("sluice.routes.hub.lists.fresh-for");
        assertThat(fault.problem()).startsWith("'30' is not a duration with its unit");
    }

    @Test
    void aRouteWithoutAnUpstreamIsAFault() {
        Fault fault = faultOf("sluice.routes.hub.root: true");

        assertThat(fault.key()).isEqualTo("sluice.routes.hub");
        assertThat(fault.problem()).startsWith("upstream is missing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Hub", "docker-hub", "docker_hub", "'[docker.io]'"})
    void aRouteNameThatNoVariableCouldNameIsAFault(String name) {
        Fault fault = faultOf("sluice: {routes: {" + name + ": {upstream: 'https://registry.example', root: true}}}");

        assertThat(fault.key()).startsWith("sluice.routes");
        assertThat(fault.problem()).contains("is not the name of a route: lower-case letters and digits only");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hub", "/", "", "/hub/", "//hub", "/Hub", "/hub/v2", "/v2", "/v2/hub", "/hub//x", "/../hub", "/h%20b"
            })
    void aPathThatNoRequestCouldHaveIsAFault(String path) {
        Fault fault =
                faultOf("sluice.routes.hub: {upstream: 'https://registry.example', paths: ['/ok', '" + path + "']}");

        assertThat(fault.key()).isEqualTo("sluice.routes.hub.paths[1]");
        assertThat(fault.problem()).startsWith("'" + path + "' is not a path such as /docker.io");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://docker.io",
                "docker.io/library",
                "docker.io:",
                "docker.io:0",
                "docker.io:99999",
                "docker.io:http",
                "user@docker.io",
                "docker.io?x",
                "dock er.io",
                ":5000",
                ""
            })
    void aNamespaceThatIsNoHostIsAFault(String namespace) {
        Fault fault = faultOf(ROUTE + "  namespaces: ['" + namespace + "']");

        assertThat(fault.key()).isEqualTo("sluice.routes.hub.namespaces[0]");
        assertThat(fault.problem()).contains("is not a host with an optional port");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cdn.example", "https://cdn.example/blobs", "https://cdn.example?x=y", "ftp://cdn.example"})
    void aRedirectHostThatIsMoreOrLessThanAnOriginIsAFault(String origin) {
        Fault fault = faultOf(ROUTE + "  redirect-hosts: ['https://ok.example', '" + origin + "']");

        assertThat(fault.key()).isEqualTo("sluice.routes.hub.redirect-hosts[1]");
        assertThat(fault.problem()).contains("is not an http or https URL of scheme, host and optional port");
    }

    @ParameterizedTest
    @CsvSource({
        "fresh-for, -1s",
        "fresh-for, soon",
        "fresh-for, 60",
        "stale-for, 1 day",
        "stale-for, 24x",
        "stale-for, 99999999999999999999s",
        "stale-for, 9223372036854775807d"
    })
    void aDurationThatIsNegativeOrHasNoUnitOrIsNoneIsAFault(String key, String duration) {
        Fault fault = faultOf(ROUTE + "  tags: {" + key + ": '" + duration + "'}");

        assertThat(fault.key()).isEqualTo("sluice.routes.hub.tags." + key);
        assertThat(fault.problem()).startsWith("'" + duration + "' is not a duration with its unit, not negative");
    }

    @ParameterizedTest
    @CsvSource({
        "connect, 99ms, from 100ms to 30s",
        "connect, 31s, from 100ms to 30s",
        "connect, 4, from 100ms to 30s",
        "first-header, 0, from 100ms to 60s",
        "first-header, 61s, from 100ms to 60s",
        "read, 11m, from 100ms to 600s",
        "read, soon, from 100ms to 600s"
    })
    void aTimeoutOutsideOfItsBoundsIsAFault(String key, String duration, String bounds) {
        Fault fault = faultOf(ROUTE + "  timeouts: {" + key + ": '" + duration + "'}");

        assertThat(fault.key()).isEqualTo("sluice.routes.hub.timeouts." + key);
        assertThat(fault.problem()).startsWith("'" + duration + "' is not a duration with its unit, " + bounds);
        assertThat(fault.where()).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"50", "-1GB", "0GB", "much", "9223372036854775807TB"})
    void aSizeThatIsNothingOrHasNoUnitOrIsNoneIsAFault(String size) {
        Fault fault = faultOf(ROUTE + "sluice.cache.max-size: " + size);

        assertThat(fault.key()).isEqualTo("sluice.cache.max-size");
        assertThat(fault.problem()).startsWith("'" + size + "' is not a size with its unit");
    }

    @ParameterizedTest
    @ValueSource(strings = {"alpine", "sha256:12", "hub/UPPER", "hub/", "md5:d41d8cd98f00b204e9800998ecf8427e"})
    void aPinThatIsNeitherADigestNorARepositoryIsAFault(String pin) {
        Fault fault = faultOf(ROUTE + "sluice.cache.pinned: ['" + pin + "']");

        assertThat(fault.key()).isEqualTo("sluice.cache.pinned[0]");
        assertThat(fault.problem()).startsWith("'" + pin + "' is not a digest");
    }

    @Test
    void aPinOfARouteThatDoesNotExistIsAFault() {
        Fault fault = faultOf(ROUTE + "sluice.cache.pinned: [dockerhub/library/alpine]");

        assertThat(fault.problem()).startsWith("there is no route 'dockerhub' to pin library/alpine of");
    }

    @ParameterizedTest
    @ValueSource(strings = {"root", "public"})
    void aTruthThatIsNeitherTrueNorFalseIsAFault(String key) {
        Fault fault = faultOf(ROUTE + "  " + key + ": maybe");

        assertThat(fault)
                .hasToString("sluice.routes.hub." + key + " (Byte array resource [resource loaded from byte"
                        + " array]:4): 'maybe' is not true or false");
    }

    @Test
    void aDefaultNamespaceThatIsNoNameIsAFault() {
        assertThat(faultOf(ROUTE + "  default-namespace: Library/").problem())
                .startsWith("'Library/' is not a repository name");
    }

    @Test
    void aDirectoryThatIsNoneIsAFault() {
        assertThat(faultOf(ROUTE + "sluice.cache.directory: \"da\\0ta\"").problem())
                .contains("is not a directory");
    }

    @Test
    void aSecondRootIsAFault() {
        Fault fault = faultOf("""
                sluice.routes:
                  one: {upstream: 'https://one.example', root: true}
                  two: {upstream: 'https://two.example', root: true}
                """);

        assertThat(fault.key()).isEqualTo("sluice.routes.two.root");
        assertThat(fault.problem()).isEqualTo("'root: true' leads to the route one already; one route each");
    }

    @Test
    void aPathOfTwoRoutesIsAFault() {
        Fault fault = faultOf("""
                sluice.routes:
                  one: {upstream: 'https://one.example', paths: [/a, /b]}
                  two: {upstream: 'https://two.example', paths: [/c, /b]}
                """);

        assertThat(fault.key()).isEqualTo("sluice.routes.two.paths[1]");
        assertThat(fault.problem()).isEqualTo("'/b' leads to the route one already; one route each");
    }

    @Test
    void aNamespaceOfTwoRoutesIsAFault() {
        Fault fault = faultOf("""
                sluice.routes:
                  one: {upstream: 'https://one.example', namespaces: ['host:5000']}
                  two: {upstream: 'https://two.example', namespaces: [host, 'host:5000']}
                """);

        assertThat(fault.key()).isEqualTo("sluice.routes.two.namespaces[1]");
        assertThat(fault.problem()).isEqualTo("'host:5000' leads to the route one already; one route each");
    }

    @Test
    void aRouteThatNothingLeadsToIsAFault() {
        Fault fault = faultOf("sluice.routes.hub: {upstream: 'https://registry.example', paths: [], root: false}");

        assertThat(fault.key()).isEqualTo("sluice.routes.hub");
        assertThat(fault.problem()).startsWith("nothing leads to this route");
    }

    @Test
    @DisplayName("T20: a credential with one of its two values empty is a fault that does not repeat the other")
    void halfACredentialIsAFault() {
        Fault withoutPassword = faultOf(ROUTE + "  credentials: [{username: robot, password: ''}]");
        Fault withoutUsername = faultOf(ROUTE + "  public: true\n  credentials: [{password: s3cret}]");

        assertThat(withoutPassword.key()).isEqualTo("sluice.routes.hub.credentials[0].username");
        assertThat(withoutPassword.toString())
                .contains("given without its password")
                .doesNotContain("robot");
        assertThat(withoutUsername.key()).isEqualTo("sluice.routes.hub.credentials[0].password");
        assertThat(withoutUsername.toString())
                .contains("given without its username")
                .doesNotContain("s3cret");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "rules: [{match: '*', fresh-for: soon}] | rules[0].fresh-for | 'soon' is not a duration",
                "rules: [{match: 'A b'}]                | rules[0].match | 'A b' is not a pattern <repository> or",
                "rules: [{fresh-for: 5s}]               | rules[0].fresh-for | a rule without match; expected a pattern",
                "rules: [{match: '*', immutable: true, fresh-for: 5s}] | rules[0].immutable | fresh for ever; expected no",
                "tags.stale-on: [403]                   | tags.stale-on[0] | '403' is not one of timeout, unreachable, 5xx,",
                "tags.stale-while-revalidate: 5         | tags.stale-while-revalidate | '5' is not a duration with its unit",
                "not-found-for: 31s                     | not-found-for | '31s' is too long",
                "offline: maybe                         | offline | 'maybe' is not true or false"
            })
    void whatIsWrongWithTheFreshnessOfTagsIsNamed(String line, String key, String problem) {
        Fault fault = faultOf(ROUTE + "  " + line);

        assertThat(fault.key()).isEqualTo("sluice.routes.hub." + key);
        assertThat(fault.problem()).contains(problem);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  public: false\n"})
    @DisplayName("T10: credentials without public: true stop the start and say why")
    void credentialsOfARouteThatIsNotPublicAreAFault(String isPublic) {
        Fault fault = faultOf(ROUTE + isPublic + "  credentials: [{username: robot, password: s3cret}]");

        assertThat(fault.key()).isEqualTo("sluice.routes.hub.public");
        assertThat(fault.where()).isNotNull();
        assertThat(fault.toString())
                .contains("clients are not authenticated yet")
                .contains("everyone who reaches the gateway could pull what this account may pull")
                .contains("Expected true if that is meant, or no credentials")
                .doesNotContain("robot", "s3cret");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "port: 0 | a port from 1 to 65535",
                "port: 65536 | a port from 1 to 65535",
                "port: http | a port from 1 to 65535",
                "address: replica.example | an IP address of this machine",
                "address: 10.0.0.256 | an IP address of this machine",
                "advertised-url: 10.0.0.5:8082 | an http or https URL of scheme, host and optional port",
                "advertised-url: http://10.0.0.5:8082/blobs | an http or https URL of scheme, host and optional port",
                "advertised-url: ftp://10.0.0.5 | an http or https URL of scheme, host and optional port"
            })
    void aKeyOfTheClusterThatIsNotWhatItShouldBeIsAFault(String line, String expectation) {
        Fault fault = faultOf(ROUTE + REDIS + SECRET + "sluice.cluster." + line);

        assertThat(fault.key()).isEqualTo("sluice.cluster." + line.substring(0, line.indexOf(": ")));
        assertThat(fault.problem()).contains("is not " + expectation);
    }

    @Test
    void anAdvertisedUrlNeedsARedisAndASecret() {
        String advertised = "sluice.cluster.advertised-url: http://10.0.0.5:8082\n";

        Fault withoutRedis = faultOf(ROUTE + SECRET + advertised);
        assertThat(withoutRedis.key()).isEqualTo("sluice.cluster.advertised-url");
        assertThat(withoutRedis.problem()).contains("without sluice.redis.url");
        Fault withoutSecret = faultOf(ROUTE + REDIS + advertised);
        assertThat(withoutSecret.key()).isEqualTo("sluice.cluster.advertised-url");
        assertThat(withoutSecret.problem()).contains("without sluice.cluster.secret");
    }

    @Test
    @DisplayName("T20: a secret that is too short is a fault, which does not repeat it")
    void aSecretThatIsTooShortIsAFault() {
        Fault fault = faultOf(ROUTE + "sluice.cluster.secret: s3cret");

        assertThat(fault.key()).isEqualTo("sluice.cluster.secret");
        assertThat(fault.problem())
                .contains("has 6 characters; expected are at least 32")
                .doesNotContain("s3cret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://:s3cret@redis.example",
                "redis//:s3cret",
                "redis://:s3cret@redis.example:99999",
                "redis://:s3cret@one.example,two.example",
                "redis-sentinel://:s3cret@one.example",
                "redis-cluster://:s3cret@one.example/1",
                "redis://s3cret:@redis.example/x"
            })
    @DisplayName("T20: a URL of Redis that is none is a fault, which does not repeat it")
    void aUrlOfRedisThatIsNoneIsAFault(String url) {
        Fault fault = faultOf(ROUTE + "sluice.redis.url: '" + url + "'");

        assertThat(fault.key()).isEqualTo("sluice.redis.url");
        assertThat(fault.problem()).contains("not the URL of a Redis").doesNotContain("s3cret");
    }

    @ParameterizedTest
    @CsvSource({
        "sluice.cache.directry, sluice.cache.directory",
        "sluice.cahce.max-size, sluice.cache.max-size",
        "sluice.routes.hub.upstraem, sluice.routes.hub.upstream",
        "sluice.routes.hub.tags.fresh, sluice.routes.hub.tags.fresh-for",
        "sluice.routes.hub.redirect-host, sluice.routes.hub.redirect-hosts"
    })
    void anUnknownKeyIsAFaultThatNamesTheNearestKnownOne(String key, String nearest) {
        Fault fault = faultOf(ROUTE + key + ": s3cret");

        assertThat(fault.key()).isEqualTo(key);
        assertThat(fault.problem())
                .isEqualTo("there is no such key; did you mean " + nearest + "?")
                .doesNotContain("s3cret");
    }

    @Test
    void anUnknownKeyLikeNoOtherIsAFaultWithoutASuggestion() {
        assertThat(faultOf(ROUTE + "sluice.quota.per-client: 5").problem()).isEqualTo("there is no such key");
    }

    @Test
    void anUnknownKeyInACredentialIsAFault() {
        Fault fault = faultOf(ROUTE + "  public: true\n  credentials: [{username: a, password: b, token: s3cret}]");

        assertThat(fault.key()).isEqualTo("sluice.routes.hub.credentials[0].token");
        assertThat(fault.problem()).startsWith("there is no such key").doesNotContain("s3cret");
    }

    @Test
    void aValueWhereKeysAreExpectedIsAFault() {
        Fault fault = faultOf(ROUTE + "sluice.cache: data");

        assertThat(fault.key()).isEqualTo("sluice.cache");
        assertThat(fault.problem()).isEqualTo("a value where further keys are expected");
    }

    @Test
    void aListWithAGapIsAFault() {
        Fault fault = faultOf(ROUTE + "  namespaces[0]: a\n  namespaces[2]: c");

        assertThat(fault.key()).isEqualTo("sluice.routes.hub.namespaces[2]");
        assertThat(fault.problem()).contains("counted from 0, without a gap");
    }

    @Test
    void aPlaceholderWithoutAValueIsAFault() {
        Fault fault = faultOf(ROUTE + "  default-namespace: ${NAMESPACE}");

        assertThat(fault.key()).isEqualTo("sluice.routes.hub.default-namespace");
        assertThat(fault.problem()).contains("a ${placeholder} in it has no value");
    }

    @Test
    @DisplayName("T20: a password with a placeholder that has no value is a fault that does not repeat it")
    void aPasswordWithAPlaceholderWithoutAValueIsNotRepeated() {
        List<Fault> faults =
                faultsOf(ROUTE + "  public: true\n  credentials: [{username: robot, password: 's3${cret}'}]", Map.of());

        assertThat(faults.getFirst().key()).isEqualTo("sluice.routes.hub.credentials[0].password");
        assertThat(faults.toString()).doesNotContain("s3", "cret}");
    }

    @Test
    @DisplayName("T20: credentials that are no list are a fault that does not repeat them")
    void credentialsThatAreNoListAreAFault() {
        Fault fault = faultOf(ROUTE + "  credentials: 'robot:s3cret'");

        assertThat(fault.key()).isEqualTo("sluice.routes.hub.credentials");
        assertThat(fault.toString()).contains("a list is expected here").doesNotContain("robot", "s3cret");
    }

    @Test
    void noRoutesAreAFaultThatNamesThePlacesLookedAt() {
        Fault fault = faultOf("{}", Map.of("SPRING_CONFIG_ADDITIONAL_LOCATION", "file:/etc/sluice/"));

        assertThat(fault.key()).isEqualTo("sluice.routes");
        assertThat(fault.problem())
                .contains(Path.of("application.yaml").toAbsolutePath().toString())
                .contains(Path.of("config", "application.yaml").toAbsolutePath().toString())
                .contains("file:/etc/sluice/")
                .contains("SPRING_CONFIG_ADDITIONAL_LOCATION");
    }

    @Test
    void whereAnotherLocationIsSetTheUsualPlacesAreNotNamed() {
        Fault fault = faultOf("{}", Map.of("SPRING_CONFIG_LOCATION", "file:/etc/sluice/gateway.yaml"));

        assertThat(fault.problem())
                .contains("file:/etc/sluice/gateway.yaml")
                .doesNotContain(Path.of("config").toAbsolutePath().toString());
    }

    @Test
    void aFaultSaysInWhichLineOfWhichFile(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("application.yaml"), ROUTE + "  root: perhaps\n");

        ConfigurationFaultsException wrong = catchThrowableOfType(
                ConfigurationFaultsException.class, () -> WrittenConfiguration.read(file, Map.of()));

        assertThat(wrong.faults()).singleElement().extracting(Fault::where).isEqualTo(file + ":4");
    }

    @Test
    void aFaultSaysInWhichEnvironmentVariable() {
        Fault fault = faultOf(ROUTE, Map.of("SLUICE_ROUTES_HUB_TAGS_FRESHFOR", "soon"));

        assertThat(fault.key()).isEqualTo("sluice.routes.hub.tags.fresh-for");
        assertThat(fault.where()).isEqualTo("environment variable SLUICE_ROUTES_HUB_TAGS_FRESHFOR");
    }

    @Test
    void allTheFaultsAreNamedAtOnce() {
        List<Fault> faults = faultsOf("""
                sluice:
                  cache: {max-size: much}
                  redis: {url: redis.example}
                  routes:
                    one:
                      upstream: one.example
                      paths: [/one, two]
                      root: true
                      tags: {fresh-for: soon, stale-for: -1s}
                    two:
                      upstream: https://two.example
                      paths: [/one]
                      root: true
                      credentials: [{username: robot, password: s3cret}]
                      offline: perhaps
                      colour: blue
                    Three: {}
                """, Map.of("SLUICE_ROUTES_TWO_DEFAULTNAMESPACE", "A B"));

        assertThat(faults)
                .extracting(Fault::key)
                .containsExactlyInAnyOrder(
                        "sluice.cache.max-size",
                        "sluice.redis.url",
                        "sluice.routes.one.upstream",
                        "sluice.routes.one.paths[1]",
                        "sluice.routes.one.tags.fresh-for",
                        "sluice.routes.one.tags.stale-for",
                        "sluice.routes.two.paths[0]",
                        "sluice.routes.two.root",
                        "sluice.routes.two.default-namespace",
                        "sluice.routes.two.public",
                        "sluice.routes.two.offline",
                        "sluice.routes.two.colour",
                        "sluice.routes.three");
        assertThat(faults.toString()).doesNotContain("s3cret", "robot");
    }

    private static Fault faultOf(String yaml) {
        return faultOf(yaml, Map.of());
    }

    private static Fault faultOf(String yaml, Map<String, String> variables) {
        List<Fault> faults = faultsOf(yaml, variables);
        assertThat(faults).hasSize(1);
        return faults.getFirst();
    }

    private static List<Fault> faultsOf(String yaml, Map<String, String> variables) {
        ConfigurationFaultsException wrong = catchThrowableOfType(
                ConfigurationFaultsException.class, () -> WrittenConfiguration.read(yaml, variables));
        assertThat(wrong).as("the configuration is refused").isNotNull();
        return wrong.faults();
    }
}
