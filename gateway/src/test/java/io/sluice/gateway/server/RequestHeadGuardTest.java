package io.sluice.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.sluice.gateway.metrics.GatewayMetrics;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.context.support.StaticApplicationContext;

class RequestHeadGuardTest {

    @Test
    @DisplayName("C11: 100 requests may wait on one connection, one more ends it")
    void endlessPipeliningIsCutOff() {
        AccessLog accessLog =
                new AccessLog(new StaticApplicationContext(), new GatewayMetrics(new SimpleMeterRegistry()));
        EmbeddedChannel channel = new EmbeddedChannel(new RequestHeadGuard(accessLog));
        for (int i = 0; i < 100; i++) {
            channel.writeInbound(request(), LastHttpContent.EMPTY_LAST_CONTENT);
        }
        assertThat(channel.isOpen()).isTrue();

        channel.writeInbound(request());

        assertThat(channel.isOpen()).isFalse();
        assertThat(channel.inboundMessages()).hasSize(200);
        channel.finishAndReleaseAll();
    }

    private static HttpRequest request() {
        HttpRequest request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/v2/a");
        request.headers().set("Host", "a");
        return request;
    }
}
