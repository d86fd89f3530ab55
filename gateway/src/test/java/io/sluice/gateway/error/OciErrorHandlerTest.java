package io.sluice.gateway.error;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.sluice.gateway.error.CallRejectedException.Reason;
import io.sluice.oci.MalformedRequestException;
import io.sluice.oci.OciError;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.context.ApplicationContext;
import org.springframework.context.support.StaticApplicationContext;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerCodecConfigurer;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.http.server.reactive.MockServerHttpResponse;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.adapter.DefaultServerWebExchange;
import org.springframework.web.server.i18n.AcceptHeaderLocaleContextResolver;
import org.springframework.web.server.session.DefaultWebSessionManager;
import reactor.test.StepVerifier;

class OciErrorHandlerTest {

    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final String MANIFEST = "/v2/library/alpine/manifests/latest";
    private static final String BLOB = "/v2/library/alpine/blobs/sha256:aa";
    private static final String TAGS = "/v2/library/alpine/tags/list";

    private final ApplicationContext main = new StaticApplicationContext();
    private final OciErrorHandler handler = new OciErrorHandler(main);

    static Stream<Arguments> failures() {
        return Stream.of(
                arguments(malformed(OciError.Code.DIGEST_INVALID), BLOB, 400, OciError.Code.DIGEST_INVALID),
                arguments(malformed(OciError.Code.NAME_INVALID), BLOB, 400, OciError.Code.NAME_INVALID),
                arguments(malformed(OciError.Code.NAME_UNKNOWN), BLOB, 404, OciError.Code.NAME_UNKNOWN),
                arguments(malformed(OciError.Code.UNSUPPORTED), "/v2/_catalog", 404, OciError.Code.UNSUPPORTED),
                arguments(new ContentUnknownException("it"), MANIFEST, 404, OciError.Code.MANIFEST_UNKNOWN),
                arguments(new ContentUnknownException("it"), BLOB, 404, OciError.Code.BLOB_UNKNOWN),
                arguments(new ContentUnknownException("it"), TAGS, 404, OciError.Code.NAME_UNKNOWN),
                arguments(new ContentUnknownException("it"), "/", 404, OciError.Code.NAME_UNKNOWN),
                arguments(
                        new CallRejectedException("hub", Reason.BREAKER_OPEN, Duration.ofSeconds(5)),
                        MANIFEST,
                        503,
                        OciError.Code.UNAVAILABLE),
                arguments(new InvalidContentException("bad"), MANIFEST, 502, OciError.Code.MANIFEST_INVALID),
                arguments(new ResponseStatusException(HttpStatus.NOT_FOUND), MANIFEST, 404, OciError.Code.NAME_UNKNOWN),
                arguments(new ResponseStatusException(HttpStatus.BAD_REQUEST), BLOB, 400, OciError.Code.UNSUPPORTED),
                arguments(
                        new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE),
                        BLOB,
                        503,
                        OciError.Code.UNAVAILABLE),
                arguments(new IllegalStateException("secret"), MANIFEST, 500, OciError.Code.UNKNOWN),
                arguments(new AssertionError("secret"), MANIFEST, 500, OciError.Code.UNKNOWN));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void everyFailureHasItsAnswer(Throwable failure, String path, int status, OciError.Code code) {
        MockServerHttpResponse response = answer(HttpMethod.GET, path, failure, main);

        assertThat(response.getStatusCode()).isEqualTo(HttpStatus.valueOf(status));
        assertThat(response.getHeaders().getContentType()).isEqualTo(MediaType.APPLICATION_JSON);
        String body = response.getBodyAsString().block(LIMIT);
        assertThat(body).startsWith("{\"errors\":[{\"code\":\"" + code + "\"").doesNotContain("secret");
        assertThat(response.getHeaders().getContentLength()).isEqualTo(body == null ? -1 : body.length());
    }

    @Test
    @DisplayName("C10: a failed HEAD gets the headers of a failed GET and no body")
    void headGetsTheHeadersAlone() {
        ContentUnknownException failure = new ContentUnknownException("it");
        MockServerHttpResponse get = answer(HttpMethod.GET, MANIFEST, failure, main);
        MockServerHttpResponse head = answer(HttpMethod.HEAD, MANIFEST, failure, main);

        assertThat(head.getStatusCode()).isEqualTo(get.getStatusCode());
        assertThat(head.getHeaders()).isEqualTo(get.getHeaders());
        StepVerifier.create(head.getBody()).expectComplete().verify(LIMIT);
    }

    @Test
    void whatDescribedTheBodyThatIsNotComingIsTakenBack() {
        MockServerHttpResponse response = new MockServerHttpResponse();
        response.getHeaders().setETag("\"sha256:aa\"");
        response.getHeaders().set("Docker-Content-Digest", "sha256:aa");
        response.getHeaders().set("Content-Range", "bytes 0-1/2");
        response.getHeaders().set("X-Request-Id", "1");
        response.getHeaders().set("OCI-Namespace", "docker.io");
        ServerWebExchange exchange =
                exchange(MockServerHttpRequest.get(MANIFEST).build(), response, main);

        StepVerifier.create(handler.handle(exchange, new ContentUnknownException("it")))
                .expectComplete()
                .verify(LIMIT);

        assertThat(response.getHeaders().headerNames())
                .containsExactlyInAnyOrder("X-Request-Id", "OCI-Namespace", "Content-Type", "Content-Length");
    }

    @Test
    @DisplayName("T21: failures of the management port are left to others")
    void otherContextsAreLeftAlone() {
        IllegalStateException failure = new IllegalStateException("theirs");
        ServerWebExchange exchange = exchange(
                MockServerHttpRequest.get("/actuator/health").build(),
                new MockServerHttpResponse(),
                new StaticApplicationContext());
        StepVerifier.create(handler.handle(exchange, failure))
                .expectErrorMatches(failure::equals)
                .verify(LIMIT);
    }

    private MockServerHttpResponse answer(
            HttpMethod method, String path, Throwable failure, ApplicationContext context) {
        MockServerHttpResponse response = new MockServerHttpResponse();
        ServerHttpRequest request = MockServerHttpRequest.method(method, path).build();
        StepVerifier.create(handler.handle(exchange(request, response, context), failure))
                .expectComplete()
                .verify(LIMIT);
        return response;
    }

    private static ServerWebExchange exchange(
            ServerHttpRequest request, ServerHttpResponse response, ApplicationContext context) {
        return new ContextExchange(request, response, context);
    }

    private static MalformedRequestException malformed(OciError.Code code) {
        return new MalformedRequestException(code, "malformed", "value", "another value");
    }

    /** An exchange that belongs to a context, as those of a server do. */
    private static final class ContextExchange extends DefaultServerWebExchange {

        private final ApplicationContext context;

        ContextExchange(ServerHttpRequest request, ServerHttpResponse response, ApplicationContext context) {
            super(
                    request,
                    response,
                    new DefaultWebSessionManager(),
                    ServerCodecConfigurer.create(),
                    new AcceptHeaderLocaleContextResolver());
            this.context = context;
        }

        @Override
        public ApplicationContext getApplicationContext() {
            return context;
        }
    }
}
