package io.sluice.gateway.it;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sluice.oci.Digest;
import io.sluice.oci.Digest.Algorithm;
import io.sluice.testing.ConnectProxy;
import io.sluice.testing.Seed;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Every secret that a gateway can have says {@code canary}, and so does all that an upstream might echo. */
class CanaryTest {

    private static final String CANARY = "canary";
    private static final byte[] BLOB = "a blob".getBytes(StandardCharsets.UTF_8);
    private static final Digest DIGEST = Digest.hash(Algorithm.SHA256, BLOB);

    /** What an upstream does with a repository. */
    private static final List<String> REPOSITORIES =
            List.of("ok/bearer", "ok/basic", "missing", "failing", "denied", "refused/token", "no/token", "gone/blob");

    private static final List<String> ROUTES = List.of("fixed", "file", "docker", "ecr", "google", "proxied", "lost");

    @TempDir
    private Path directory;

    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private final AppenderBase<ILoggingEvent> collector = new AppenderBase<>() {

        @Override
        protected void append(ILoggingEvent event) {
            lines.add(event.getLoggerName() + ": " + event.getFormattedMessage());
            if (event.getThrowableProxy() != null) {
                lines.add(ThrowableProxyUtil.asString(event.getThrowableProxy()));
            }
        }
    };

    private HttpServer upstream;
    private ConnectProxy proxy;

    @BeforeEach
    void open() throws Exception {
        System.setProperty("aws.accessKeyId", "AKIDEXAMPLE");
        System.setProperty("aws.secretAccessKey", "aws-canary");
        upstream = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
        upstream.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        upstream.createContext("/", this::serve);
        upstream.start();
        proxy = new ConnectProxy();
    }

    @AfterEach
    void close() throws Exception {
        root().detachAppender(collector);
        Stream.of("io.sluice", "reactor.netty", "software.amazon.awssdk", "com.google")
                .forEach(name -> logger(name).setLevel(null));
        proxy.close();
        upstream.stop(0);
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
    }

    @Test
    @DisplayName("T20: no secret is in a log line, a metric, the health, an answer or the settings, whatever happens")
    void noSecretIsInAnyOutput() throws Exception {
        List<String> outputs = new ArrayList<>();
        try (TestGateway gateway = TestGateway.start(directory.resolve("cache"), configuration())) {
            collect();
            int succeeded = 0;
            for (String route : ROUTES) {
                for (String repository : REPOSITORIES) {
                    String path = "/v2/" + route + "/" + repository;
                    HttpResponse<byte[]> manifest = gateway.get(path + "/manifests/latest", "Accept", "*/*");
                    HttpResponse<byte[]> blob = gateway.get(path + "/blobs/" + DIGEST.text());
                    succeeded += manifest.statusCode() == 200 && blob.statusCode() == 200 ? 1 : 0;
                    outputs.add(path + text(manifest) + text(blob));
                }
            }
            assertThat(succeeded).as("pulls with each credential").isEqualTo(2 * 6);
            proxy.refuses("HTTP/1.1 407 canary\r\nProxy-Authenticate: Basic realm=\"canary\"\r\n\r\n");
            outputs.add(text(gateway.get("/v2/proxied/other/manifests/latest")));
            outputs.add(gateway.scrape());
            outputs.add(TestGateway.text(gateway.send("GET", gateway.managementPort(), "/actuator/health")));
            outputs.add(gateway.settings());
        }

        assertThat(outputs).anyMatch(output -> output.contains("sluice_upstream_requests"));
        assertThat(lines).anyMatch(line -> line.contains("io.sluice.gateway.upstream"));
        assertThat(outputs).allSatisfy(CanaryTest::assertSilent);
        assertThat(lines).allSatisfy(CanaryTest::assertSilent);
    }

    private static void assertSilent(String output) {
        assertThat(output).doesNotContainIgnoringCase(CANARY);
        for (String password : List.of("fixed-canary", "file-canary", "docker-canary", "ecr-canary", "google-canary")) {
            assertThat(output).doesNotContain(base64("robot:" + password), base64("AWS:" + password));
        }
        assertThat(output).doesNotContain(base64("proxy:proxy-canary"), base64("oauth2accesstoken:google-canary"));
    }

    private void collect() {
        collector.setContext((LoggerContext) LoggerFactory.getILoggerFactory());
        collector.start();
        root().addAppender(collector);
        logger("io.sluice").setLevel(Level.TRACE);
        logger("reactor.netty").setLevel(Level.INFO);
        logger("software.amazon.awssdk").setLevel(Level.INFO);
        logger("com.google").setLevel(Level.INFO);
    }

    private String[] configuration() throws Exception {
        List<String> all = new ArrayList<>();
        for (String route : ROUTES) {
            String key = "--sluice.routes." + route + ".";
            all.add(key + "upstream=" + url(route.equals("proxied") ? "registry.invalid" : "127.0.0.1"));
            all.add(key + "paths=/" + route);
            all.add(key + "public=true");
            all.add(key + "redirect-hosts=" + url("127.0.0.1"));
        }
        String config =
                "{\"auths\":{\"127.0.0.1:" + port() + "\":{\"auth\":\"" + base64("robot:docker-canary") + "\"}}}";
        all.addAll(List.of(
                "--sluice.routes.fixed.credentials[0].username=robot",
                "--sluice.routes.fixed.credentials[0].password=fixed-canary",
                "--sluice.routes.file.credentials[0].username=robot",
                "--sluice.routes.file.credentials[0].password-file=" + written("secret", "file-canary\n"),
                "--sluice.routes.docker.credentials[0].docker-config=" + written("config.json", config),
                "--sluice.routes.ecr.credentials[0].ecr.region=eu-central-1",
                "--sluice.routes.ecr.credentials[0].ecr.endpoint=" + url("127.0.0.1"),
                "--sluice.routes.google.credentials[0].google.service-account-file="
                        + written("key.json", serviceAccount()),
                "--sluice.routes.proxied.proxy.url=http://127.0.0.1:" + proxy.port(),
                "--sluice.routes.proxied.proxy.username=proxy",
                "--sluice.routes.proxied.proxy.password=proxy-canary",
                "--sluice.routes.proxied.credentials[0].username=robot",
                "--sluice.routes.proxied.credentials[0].password=fixed-canary",
                "--sluice.routes.lost.credentials[0].docker-config="
                        + written("lost.json", "{\"auths\":{\"canary.example\":{\"auth\":\"canary\"}}}")));
        return all.toArray(String[]::new);
    }

    private void serve(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        String path = exchange.getRequestURI().getPath();
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        if (exchange.getRequestHeaders().getFirst("X-Amz-Target") != null) {
            send(
                    exchange,
                    200,
                    "{\"authorizationData\":[{\"authorizationToken\":\"" + base64("AWS:ecr-canary")
                            + "\",\"expiresAt\":"
                            + Instant.now().plusSeconds(43_200).getEpochSecond() + "}]}");
        } else if (path.startsWith("/google")) {
            send(exchange, 200, "{\"access_token\":\"google-canary\",\"expires_in\":3600,\"token_type\":\"Bearer\"}");
        } else if (path.startsWith("/token")) {
            answerToken(exchange, exchange.getRequestURI().getQuery(), String.valueOf(authorization));
        } else if (path.startsWith("/cdn")) {
            send(exchange, path.contains("gone") ? 403 : 200, path.contains("gone") ? "canary" : "a blob");
        } else {
            answerPull(exchange, path, authorization);
        }
    }

    private static void answerToken(HttpExchange exchange, String query, String authorization) throws IOException {
        if (!authorization.startsWith("Basic ") || query.contains("refused")) {
            send(exchange, 401, authorization + "canary");
        } else {
            send(exchange, 200, query.contains("no/token") ? "{\"canary\":1}" : "{\"token\":\"token-canary\"}");
        }
    }

    private void answerPull(HttpExchange exchange, String path, @Nullable String authorization) throws IOException {
        boolean basic = path.contains("basic");
        if (authorization == null
                || !authorization.startsWith(basic ? "Basic " : "Bearer ")
                || path.contains("denied")) {
            String realm = url("127.0.0.1") + "/token?account=canary";
            exchange.getResponseHeaders()
                    .set("WWW-Authenticate", basic ? "Basic realm=\"canary\"" : "Bearer realm=\"" + realm + "\"");
            send(exchange, 401, authorization + "canary");
        } else if (path.contains("missing") || path.contains("failing")) {
            send(exchange, path.contains("missing") ? 404 : 500, authorization + "canary");
        } else if (path.contains("/blobs/")) {
            String kind = path.contains("gone") ? "gone" : "x";
            exchange.getResponseHeaders()
                    .set("Location", url("127.0.0.1") + "/cdn/" + kind + "?X-Amz-Signature=signature-canary");
            send(exchange, 307, "canary");
        } else {
            exchange.getResponseHeaders().set("Content-Type", Seed.MANIFEST_LIST_TYPE);
            exchange.getResponseHeaders().set("X-Echo", authorization + "canary");
            sendBytes(exchange, 200, Seed.manifestList());
        }
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        sendBytes(exchange, status, body.getBytes(StandardCharsets.UTF_8));
    }

    private static void sendBytes(HttpExchange exchange, int status, byte[] body) throws IOException {
        boolean head = exchange.getRequestMethod().equals("HEAD");
        if (head) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
        }
        exchange.sendResponseHeaders(status, head ? -1 : body.length);
        if (!head) {
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }

    private String serviceAccount() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        byte[] key = generator.generateKeyPair().getPrivate().getEncoded();
        String pem = "-----BEGIN PRIVATE KEY-----\\n" + Base64.getEncoder().encodeToString(key)
                + "\\n-----END PRIVATE KEY-----\\n";
        return """
                {"type": "service_account", "project_id": "p", "private_key_id": "canary", "private_key": "%s",
                 "client_email": "sluice@p.iam.gserviceaccount.com", "client_id": "1", "token_uri": "%s/google"}
                """.formatted(pem, url("127.0.0.1"));
    }

    private Path written(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    private int port() {
        return upstream.getAddress().getPort();
    }

    private String url(String host) {
        return "http://" + host + ":" + port();
    }

    private static String text(HttpResponse<byte[]> response) {
        return response.statusCode() + " " + response.headers().map() + " " + TestGateway.text(response);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Logger root() {
        return logger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }

    private static Logger logger(String name) {
        return (Logger) LoggerFactory.getLogger(name);
    }
}
