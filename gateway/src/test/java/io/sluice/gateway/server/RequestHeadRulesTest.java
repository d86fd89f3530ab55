package io.sluice.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestHeadRulesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "registry.example:5000",
                "REGISTRY_1.example",
                "a~!$&'()*+,;=b",
                "10.0.0.1:65535",
                "a:0",
                "[::1]",
                "[2001:db8::1]:5000",
                "[::ffff:10.0.0.1]"
            })
    @DisplayName("C16: a name, an address or one in brackets is a host, with a port or without")
    void itIsAHost(String host) {
        assertThat(RequestHeadRules.refusal(asking(host))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":80",
                "a:",
                "a:b",
                "a:+1",
                "a:65536",
                "a:000001",
                "a:b:1",
                "a/b",
                "a b",
                "user@a",
                "::1",
                "[]",
                "[:]",
                "[g::1]",
                "[::1",
                "::1]",
                "[::1]a",
                "[::1]:",
                "[[::1]]",
                "caf\u00e9"
            })
    @DisplayName("C16: anything else is none")
    void itIsNoHost(String host) {
        assertThat(RequestHeadRules.refusal(asking(host))).isPresent();
    }

    @ParameterizedTest
    @ValueSource(ints = {255, 256})
    @DisplayName("C16: a host has at most 255 characters")
    void aHostIsNoLongerThanAName(int length) {
        assertThat(RequestHeadRules.refusal(asking("a".repeat(length))).isPresent())
                .isEqualTo(length > 255);
    }

    private static HttpRequest asking(String host) {
        HttpRequest request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/v2/");
        request.headers().set(HttpHeaderNames.HOST, host);
        return request;
    }
}
