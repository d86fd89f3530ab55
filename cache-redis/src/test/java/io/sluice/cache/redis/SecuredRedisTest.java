package io.sluice.cache.redis;

import static io.sluice.cache.manifest.Samples.ALPINE;
import static io.sluice.cache.manifest.Samples.NOON;
import static io.sluice.cache.manifest.Samples.digest;
import static io.sluice.cache.manifest.Samples.manifest;
import static io.sluice.cache.manifest.Samples.pointer;
import static io.sluice.cache.redis.TestRedis.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.sluice.cache.ContentKey;
import io.sluice.cache.TagKey;
import io.sluice.cache.manifest.Manifest;
import io.sluice.cache.manifest.Proof;
import io.sluice.oci.Accept;
import io.sluice.oci.Tag;
import io.sluice.testing.TestCertificate;
import io.sluice.testing.process.Ports;
import io.sluice.testing.process.RedisServer;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/** A Redis that asks for a password, or speaks TLS. */
class SecuredRedisTest {

    private static final String SECRET = "s3cret/with:signs@";
    private static final String ENCODED = "s3cret%2Fwith%3Asigns%40";

    /** What docs/operating.md gives the user. */
    private static final String RIGHTS = "resetkeys ~sluice:* resetchannels nocommands +hello +auth +ping +time +select"
            + " +client|tracking +getrange +get +set +setex +exists +strlen +pttl +del +unlink +evalsha +eval +type +hget +hset +hdel"
            + " +hkeys +hlen +hexists +hstrlen +hrandfield +pexpire +cluster|nodes +cluster|slots +cluster|shards"
            + " +cluster|myid +readonly +info";

    @TempDir
    private Path directory;

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

    @BeforeEach
    void listen() {
        log.start();
        root.addAppender(log);
        root.getAppender("console").stop();
        root.setLevel(Level.DEBUG);
    }

    @AfterEach
    void stopListening() {
        root.setLevel(Level.WARN);
        root.getAppender("console").start();
        root.detachAppender(log);
    }

    private static void assertAllWorks(RedisCache cache) {
        TagKey tag = new TagKey(ALPINE, Tag.parse("latest"), Accept.ANY);
        Proof proof = new Proof(NOON, null, -1);
        Manifest manifest = manifest(1, 100);
        cache.manifests().put(manifest).block(SOON);
        cache.tags().put(tag, pointer(1)).block(SOON);
        cache.membership()
                .prove(ALPINE, Map.of(digest(1), proof, digest(2), proof))
                .block(SOON);
        cache.membership().revoke(new ContentKey(ALPINE, digest(2))).block(SOON);

        assertThat(cache.manifests().find(manifest.digest()).blockOptional(SOON))
                .isPresent();
        assertThat(cache.tags().find(tag).blockOptional(SOON)).contains(pointer(1));
        assertThat(cache.tags().variants(ALPINE, tag.tag()).block(SOON)).hasSize(1);
        assertThat(cache.membership().contents(ALPINE).block(SOON)).containsExactly(digest(1));
        cache.tags().remove(ALPINE, tag.tag()).block(SOON);
        assertThat(cache.tags().find(tag).blockOptional(SOON)).isEmpty();
        assertSecretsWork(cache.sealedWith(TestKeys.naming(1), TestKeys.sealing(1)));
        assertThat(cache.faults().values()).allMatch(count -> count == 0);
    }

    private static void assertSecretsWork(SealedValues values) {
        byte[] name = {1};
        SealedValue token = SealedValue.anew("s3cret", Duration.ofMinutes(1));
        for (Mono<SealedValue> source : List.of(Mono.just(token), Mono.<SealedValue>never())) {
            assertThat(values.get(name, value -> true, () -> source)
                            .map(SealedValue::text)
                            .block(SOON))
                    .isEqualTo("s3cret");
        }
        values.remove(name, "s3cret").block(SOON);
    }

    private void assertNoSecretIsLogged() {
        List<String> lines = new ArrayList<>();
        for (ILoggingEvent event : List.copyOf(log.list)) {
            lines.add(event.getFormattedMessage() + " " + event.getThrowableProxy());
        }
        assertThat(lines).isNotEmpty().noneMatch(line -> line.contains("s3cret"));
    }

    @Test
    @DisplayName("T25 T20: the documented rights of a user are enough, and its password is in no log at any level")
    void aUserWithTheRightsThatItNeeds() {
        List<String> rule = new ArrayList<>(List.of("ACL", "SETUSER", "gateway", "on", ">" + SECRET));
        rule.addAll(List.of(RIGHTS.split(" ")));
        try (RedisServer server = RedisServer.start(directory)) {
            server.send(rule.toArray(String[]::new));
            String url = "redis://gateway:" + ENCODED + "@127.0.0.1:" + server.port();
            try (RedisCache cache = TestRedis.open(TestRedis.settings(url))) {
                assertAllWorks(cache);
                assertThat(cache.state().toString()).doesNotContain("s3cret");
            }
        }
        assertNoSecretIsLogged();
    }

    @Test
    @DisplayName("T20: a wrong password is no more in the log than a right one, and fails nothing")
    void aWrongPassword() {
        try (RedisServer server = RedisServer.start(directory, "--requirepass", "another");
                RedisCache cache =
                        RedisCache.open(TestRedis.settings("redis://:" + ENCODED + "@127.0.0.1:" + server.port()))) {
            await().atMost(SOON)
                    .until(() -> List.copyOf(log.list).stream()
                            .anyMatch(event -> event.getFormattedMessage().contains("no connection to")));

            assertThat(cache.manifests().find(digest(1)).blockOptional(Duration.ofSeconds(1)))
                    .isEmpty();
            assertThat(cache.state().connected()).isFalse();
        }
        assertNoSecretIsLogged();
    }

    @Test
    void tlsIsVerifiedAgainstTheTrustStoreOfTheJvm() throws Exception {
        TestCertificate certificate = TestCertificate.in(directory);
        int port = Ports.free();
        try (RedisServer server = RedisServer.start(
                directory.resolve("redis"),
                "--tls-port",
                Integer.toString(port),
                "--tls-auth-clients",
                "no",
                "--tls-cert-file",
                pem("CERTIFICATE", certificate.certificate().getEncoded()).toString(),
                "--tls-key-file",
                pem("PRIVATE KEY", key(certificate)).toString())) {
            RedisCacheSettings settings = TestRedis.settings("rediss://127.0.0.1:" + port);
            try (RedisCache cache = RedisCache.open(settings)) {
                await().atMost(SOON)
                        .until(() -> List.copyOf(log.list).stream()
                                .anyMatch(event -> event.getFormattedMessage().contains("no connection to")));
                assertThat(cache.state().connected()).isFalse();
            }
            System.setProperty(
                    "javax.net.ssl.trustStore", certificate.keyStoreFile().toString());
            System.setProperty("javax.net.ssl.trustStorePassword", TestCertificate.PASSWORD);
            try (RedisCache cache = TestRedis.open(settings)) {
                assertAllWorks(cache);
                assertThat(server.send("DBSIZE")).isNotEqualTo("0");
            } finally {
                System.clearProperty("javax.net.ssl.trustStore");
                System.clearProperty("javax.net.ssl.trustStorePassword");
            }
        }
    }

    private Path pem(String what, byte[] content) throws Exception {
        String text = "-----BEGIN " + what + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content) + "\n-----END " + what
                + "-----\n";
        return Files.writeString(directory.resolve(what.charAt(0) + ".pem"), text);
    }

    private static byte[] key(TestCertificate certificate) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(certificate.keyStoreFile())) {
            store.load(in, TestCertificate.PASSWORD.toCharArray());
        }
        return store.getKey(store.aliases().nextElement(), TestCertificate.PASSWORD.toCharArray())
                .getEncoded();
    }
}
