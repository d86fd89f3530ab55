package io.sluice.gateway.upstream;

import static io.sluice.gateway.upstream.Upstreams.CREDENTIAL;
import static io.sluice.gateway.upstream.Upstreams.GET;
import static io.sluice.gateway.upstream.Upstreams.failure;
import static io.sluice.gateway.upstream.Upstreams.text;
import static io.sluice.gateway.upstream.Upstreams.withCredential;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class SecrecyTest {

    private static final String TOKEN = "t0ken-canary";
    private static final String SIGNATURE = "signature-canary";
    private static final List<String> SECRETS = List.of(
            CREDENTIAL.password(),
            Base64.getEncoder()
                    .encodeToString(
                            (CREDENTIAL.username() + ":" + CREDENTIAL.password()).getBytes(StandardCharsets.UTF_8)),
            TOKEN,
            SIGNATURE);

    private final Upstreams upstreams = new Upstreams();
    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private final AppenderBase<ILoggingEvent> collector = new AppenderBase<>() {

        @Override
        protected void append(ILoggingEvent event) {
            lines.add(event.getFormattedMessage());
            if (event.getThrowableProxy() != null) {
                lines.add(ThrowableProxyUtil.asString(event.getThrowableProxy()));
            }
        }
    };

    @BeforeEach
    void collect() {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        collector.setContext(context);
        collector.start();
        root().addAppender(collector);
        own().setLevel(Level.TRACE);
    }

    @AfterEach
    void close() throws Exception {
        upstreams.close();
        root().detachAppender(collector);
        own().setLevel(null);
    }

    @Test
    @DisplayName("T20: no password, token or presigned query is in a log line, an error or a toString")
    void noSecretIsInALogLineOrAnError() throws Exception {
        AtomicInteger count = new AtomicInteger();
        RawServer cdn = upstreams.https((request, reply) -> {
            switch (count.getAndIncrement()) {
                case 0 -> reply.send(200, "blob");
                case 1, 2 -> reply.send(403, request.target());
                case 3 -> reply.send(307, "", "Location: https://10.0.0.1/x?" + SIGNATURE);
                case 4 -> reply.send(307, "", "Location: ::" + SIGNATURE);
                case 5 -> reply.raw("HTTP/1.1 200 OK\r\nContent-Length: " + SIGNATURE + "\r\n\r\n");
                case 6 -> reply.raw(SIGNATURE + "\r\n\r\n");
                default -> reply.reset();
            }
        });
        RawServer auth = upstreams.https((request, reply) -> {
            if (request.target().contains("broken")) {
                reply.send(500, request.header("authorization"));
            } else {
                reply.send(200, "{\"token\":\"" + TOKEN + "\"}");
            }
        });
        RawServer server = upstreams.https((request, reply) -> {
            if (request.target().contains("/broken/")) {
                reply.send(
                        401,
                        "",
                        "WWW-Authenticate: Bearer realm=\"" + auth.at("auth.example.com") + "/broken?" + SIGNATURE
                                + "\"");
            } else if (request.header("authorization").isEmpty()) {
                reply.send(
                        401,
                        "",
                        "WWW-Authenticate: Bearer realm=\"" + auth.at("auth.example.com") + "/t?" + SIGNATURE + "\"");
            } else {
                reply.send(307, "", "Location: " + cdn.at("cdn.example.net") + "/x?X-Amz-Signature=" + SIGNATURE);
            }
        });
        RegistrySettings settings = withCredential(
                server.at("registry.example.com"), auth.at("auth.example.com"), cdn.at("cdn.example.net"));
        Registry registry = upstreams.open(settings, Upstreams.HERE, PublicAddresses::contains);
        List<Throwable> failures = new ArrayList<>();

        assertThat(text(registry, GET)).isEqualTo("blob");
        for (int i = 0; i < 7; i++) {
            failures.add(failure(registry, GET));
        }

        assertThat(failures).noneMatch(AssertionError.class::isInstance);
        assertThat(lines).anyMatch(line -> line.contains("GET https://cdn.example.net"));
        assertThat(lines).allSatisfy(line -> assertThat(line).doesNotContain(SECRETS));
        assertThat(failures).allSatisfy(failure -> assertThat(stackOf(failure)).doesNotContain(SECRETS));
        assertThat(settings.toString()).doesNotContain(SECRETS);
    }

    private static String stackOf(Throwable failure) {
        StringBuilder text = new StringBuilder();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            text.append(cause).append('\n');
        }
        return text.toString();
    }

    private static Logger root() {
        return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }

    private static Logger own() {
        return (Logger) LoggerFactory.getLogger("io.sluice");
    }
}
