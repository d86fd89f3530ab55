package io.sluice.gateway.upstream;

import static io.sluice.gateway.upstream.Upstreams.GET;
import static io.sluice.gateway.upstream.Upstreams.HERE;
import static io.sluice.gateway.upstream.Upstreams.PATH;
import static io.sluice.gateway.upstream.Upstreams.anonymous;
import static io.sluice.gateway.upstream.Upstreams.failure;
import static io.sluice.gateway.upstream.Upstreams.text;
import static io.sluice.gateway.upstream.Upstreams.withCredential;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.error.UpstreamProtocolException;
import io.sluice.gateway.error.UpstreamStatusException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedirectTest {

    private final Upstreams upstreams = new Upstreams();

    @AfterEach
    void close() throws Exception {
        upstreams.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    @DisplayName(
            "U24: a redirect to another https host is followed, without the credential and with the query as it is")
    void aRedirectToAnotherHostIsFollowedWithoutTheCredential(int status) throws Exception {
        RawServer cdn = upstreams.https((request, reply) -> reply.send(200, "blob"));
        String signed = "/a%2Fb?X-Amz-Signature=a%2Bb%3D&c=%20d";
        RawServer server = upstreams.https((request, reply) ->
                challengedBasic(request, reply, status, "Location: " + cdn.at("cdn.example.net") + signed));
        Registry registry = upstreams.open(withCredential(server.at("registry.example.com")));

        assertThat(text(registry, GET)).isEqualTo("blob");

        assertThat(server.requests().getLast().header("authorization")).startsWith("Basic ");
        assertThat(cdn.requests()).hasSize(1);
        assertThat(cdn.requests().getFirst().headers())
                .containsOnlyKeys("host", "user-agent", "accept", "accept-encoding", "via");
        assertThat(cdn.requests().getFirst().target()).isEqualTo(signed);
    }

    /** Where a redirect leads from {@code https://registry.example.com}, and whether the credential goes along. */
    enum HopKind {
        OTHER_HOST(false),
        OTHER_PORT(false),
        HTTPS_TO_HTTP(false),
        TO_AN_ADDRESS(false),
        CHAINED_OVER_ANOTHER_HOST_AND_ON(false),
        CHAINED_OVER_ANOTHER_HOST_AND_BACK(true),
        ABSOLUTE_SAME_ORIGIN(true),
        RELATIVE(true),
        SAME_HOST_IN_CAPITALS(true);

        private final boolean carries;

        HopKind(boolean carries) {
            this.carries = carries;
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("T08: the credential goes along only where scheme, host and port are the registry's own")
    void theCredentialGoesAlongOnlyToTheRegistrysOwnOrigin(HopKind kind) throws Exception {
        AtomicReference<String> location = new AtomicReference<>("");
        AtomicReference<String> next = new AtomicReference<>("");
        RawServer.Handler end = (request, reply) -> {
            if (request.target().equals("/next")) {
                reply.send(302, "", "Location: " + next.get());
            } else {
                reply.send(200, "sent <" + request.header("authorization") + ">");
            }
        };
        RawServer server = upstreams.https((request, reply) -> {
            if (request.target().equals(PATH)) {
                challengedBasic(request, reply, 307, "Location: " + location.get());
            } else {
                end.serve(request, reply);
            }
        });
        RawServer tls = upstreams.https(end);
        RawServer plain = upstreams.http(end);
        next.set(
                kind == HopKind.CHAINED_OVER_ANOTHER_HOST_AND_BACK
                        ? server.at("registry.example.com") + "/end"
                        : tls.at("other.example.org") + "/end");
        location.set(
                switch (kind) {
                    case OTHER_HOST -> tls.at("cdn.example.net") + "/end";
                    case OTHER_PORT -> tls.at("registry.example.com") + "/end";
                    case HTTPS_TO_HTTP -> plain.at("registry.example.com") + "/end";
                    case TO_AN_ADDRESS -> plain.at("127.0.0.1") + "/end";
                    case CHAINED_OVER_ANOTHER_HOST_AND_ON, CHAINED_OVER_ANOTHER_HOST_AND_BACK ->
                        tls.at("cdn.example.net") + "/next";
                    case ABSOLUTE_SAME_ORIGIN -> server.at("registry.example.com") + "/end";
                    case RELATIVE -> "/end";
                    case SAME_HOST_IN_CAPITALS -> server.at("REGISTRY.EXAMPLE.COM") + "/end";
                });
        Registry registry = upstreams.open(withCredential(
                server.at("registry.example.com"), plain.at("registry.example.com"), plain.at("127.0.0.1")));

        assertThat(text(registry, GET)).isEqualTo(kind.carries ? "sent <" + BASIC + ">" : "sent <>");
    }

    @Test
    @DisplayName("T08: from http the credential does not go along to https of the same host")
    void theCredentialDoesNotGoAlongFromHttpToHttps() throws Exception {
        RawServer tls =
                upstreams.https((request, reply) -> reply.send(200, "sent <" + request.header("authorization") + ">"));
        RawServer plain = upstreams.http((request, reply) ->
                challengedBasic(request, reply, 307, "Location: " + tls.at("registry.example.com") + "/end"));
        Registry registry = upstreams.open(withCredential(plain.at("registry.example.com")));

        assertThat(text(registry, GET)).isEqualTo("sent <>");
    }

    @Test
    @DisplayName("U25: five redirects are followed, a sixth is not")
    void fiveRedirectsAreFollowedASixthIsNot() throws Exception {
        AtomicInteger redirects = new AtomicInteger(Hop.MAX_REDIRECTS);
        RawServer server = upstreams.http((request, reply) -> {
            if (redirects.getAndDecrement() > 0) {
                reply.send(307, "", "Location: /" + redirects.get());
            } else {
                reply.send(200, "end");
            }
        });
        Registry registry = upstreams.open(anonymous(server.at("registry.example.com")));

        assertThat(text(registry, GET)).isEqualTo("end");

        redirects.set(Hop.MAX_REDIRECTS + 1);
        assertThat(failure(registry, GET)).isInstanceOf(UpstreamProtocolException.class);
        assertThat(server.requests()).hasSize(12);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "#fragment"})
    @DisplayName("U25: a redirect to itself is cut at once")
    void aRedirectToItselfIsCutAtOnce(String fragment) throws Exception {
        RawServer server = upstreams.http((request, reply) -> reply.send(307, "", "Location: " + PATH + fragment));
        Registry registry = upstreams.open(anonymous(server.at("registry.example.com")));

        assertThat(failure(registry, GET)).isInstanceOf(UpstreamProtocolException.class);
        assertThat(server.requests()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://127.0.0.1:%d/x",
                "https://127.1:%d/x",
                "https://2130706433:%d/x",
                "https://0x7f000001:%d/x",
                "https://0177.0.0.1:%d/x",
                "https://0.0.0.0:%d/x",
                "https://[::1]:%d/x",
                "https://[::ffff:127.0.0.1]:%d/x",
                "https://[64:ff9b::7f00:1]:%d/x",
                "https://169.254.169.254/latest/meta-data",
                "https://localhost:%d/x",
                "https://rebound.example.net:%d/x",
                "http://cdn.example.net:%d/x",
                "ftp://cdn.example.net:%d/x",
                "file:///etc/passwd",
                "https://user:password@cdn.example.net:%d/x",
                "https:///x",
                "https://cdn_example.net:%d/x",
                "https://cdn.example.net:99999/x",
                "https://cdn example.net/"
            })
    @DisplayName("U25, T05: a redirect to what is not public or not https is refused before a connection is made")
    void aRedirectToWhatIsNotPublicIsRefused(String location) throws Exception {
        RawServer forbidden = upstreams.https((request, reply) -> reply.send(200, "secret"));
        RawServer server = upstreams.http(
                (request, reply) -> reply.send(307, "", "Location: " + location.formatted(forbidden.port())));
        Registry registry = upstreams.open(
                anonymous(server.at("registry.example.com")),
                Map.of(
                        "registry.example.com",
                        "127.0.0.1",
                        "rebound.example.net",
                        "127.0.0.1",
                        "localhost",
                        "127.0.0.1",
                        "127.1",
                        "127.0.0.1",
                        "2130706433",
                        "127.0.0.1",
                        "0x7f000001",
                        "127.0.0.1",
                        "0177.0.0.1",
                        "127.0.0.1",
                        "cdn.example.net",
                        "127.0.0.1",
                        "user",
                        "127.0.0.1"),
                PublicAddresses::contains);

        Throwable failure = failure(registry, GET);

        assertThat(failure).isInstanceOf(UpstreamProtocolException.class);
        assertThat(failure.getMessage()).doesNotContain("/x", "password", "meta-data");
        assertThat(forbidden.connections()).isZero();
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    @DisplayName("T05: an origin that is listed may be reached wherever it is")
    void anOriginThatIsListedMayBeReachedWhereverItIs() throws Exception {
        RawServer cdn = upstreams.http((request, reply) -> reply.send(200, "blob"));
        RawServer server =
                upstreams.http((request, reply) -> reply.send(307, "", "Location: " + cdn.at("127.0.0.1") + "/x"));
        Registry registry = upstreams.open(
                anonymous(server.at("registry.example.com"), cdn.at("127.0.0.1")), HERE, PublicAddresses::contains);

        assertThat(text(registry, GET)).isEqualTo("blob");
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403})
    @DisplayName("U26: an expired redirect is asked for anew, once")
    void anExpiredRedirectIsAskedForAnewOnce(int status) throws Exception {
        AtomicInteger signatures = new AtomicInteger();
        RawServer cdn = upstreams.http((request, reply) -> {
            if (request.target().endsWith("1")) {
                reply.send(status, "expired");
            } else {
                reply.send(200, "blob");
            }
        });
        RawServer server = upstreams.http((request, reply) -> reply.send(
                307, "", "Location: " + cdn.at("cdn.example.net") + "/x?signature=" + signatures.incrementAndGet()));
        Registry registry = upstreams.open(anonymous(server.at("registry.example.com"), cdn.at("cdn.example.net")));

        assertThat(text(registry, GET)).isEqualTo("blob");
        assertThat(server.requests()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 404, 410})
    @DisplayName("U26: what a redirect target refuses is not the registry's word about the content")
    void whatARedirectTargetRefusesIsNotTheRegistrysWord(int status) throws Exception {
        RawServer cdn = upstreams.http((request, reply) -> reply.send(status, "no"));
        RawServer server = upstreams.http(
                (request, reply) -> reply.send(307, "", "Location: " + cdn.at("cdn.example.net") + "/x"));
        Registry registry = upstreams.open(anonymous(server.at("registry.example.com"), cdn.at("cdn.example.net")));

        assertThat(failure(registry, GET))
                .isInstanceOf(UpstreamProtocolException.class)
                .hasMessage("the redirect target cdn.example.net answered " + status);
        assertThat(cdn.requests()).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void aRedirectTargetThatIsDownIsAnOutage() throws Exception {
        RawServer cdn = upstreams.http((request, reply) -> reply.send(503, ""));
        RawServer server = upstreams.http(
                (request, reply) -> reply.send(307, "", "Location: " + cdn.at("cdn.example.net") + "/x"));
        Registry registry = upstreams.open(anonymous(server.at("registry.example.com"), cdn.at("cdn.example.net")));

        UpstreamStatusException failure = (UpstreamStatusException) failure(registry, GET);

        assertThat(failure.status()).isEqualTo(503);
        assertThat(failure.isOutage()).isTrue();
    }

    private static final String BASIC =
            String.valueOf(Authorization.basic(Upstreams.CREDENTIAL).value());

    /** Asks for Basic, then redirects. */
    private static void challengedBasic(RawServer.Request request, RawServer.Reply reply, int status, String location)
            throws Exception {
        if (request.header("authorization").isEmpty()) {
            reply.send(401, "", "WWW-Authenticate: Basic realm=\"here\"");
        } else {
            reply.send(status, "", location);
        }
    }
}
