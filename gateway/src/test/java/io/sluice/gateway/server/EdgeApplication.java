package io.sluice.gateway.server;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.sluice.gateway.error.ErrorConfiguration;
import io.sluice.gateway.metrics.Kind;
import io.sluice.gateway.metrics.MetricsConfiguration;
import io.sluice.gateway.metrics.Outcome;
import io.sluice.gateway.metrics.PullRecord;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The edge around an application that answers from memory, on a free port. Not annotated as a configuration, so that no
 * scan of the gateway's packages finds it.
 */
@EnableAutoConfiguration
@Import({ServerConfiguration.class, ErrorConfiguration.class, MetricsConfiguration.class})
public class EdgeApplication {

    /** What no client and no log may see. */
    static final String CANARY = "canary-secret";

    /** How many bytes the endless answer announces: more than any socket buffers. */
    static final long LARGE = 1L << 32;

    /** How many bytes of the trickling answer are sent, and as slowly. */
    static final int TRICKLING = 10;

    /** How many bytes of the broken answer are sent. */
    static final int BROKEN_AFTER = 40_000;

    static Edge start(String... properties) {
        return start(List.of(), properties);
    }

    /** @param more further classes of beans, which may answer what this application does not */
    public static Edge start(List<Class<?>> more, String... properties) {
        List<String> arguments = new ArrayList<>(List.of(
                "--server.port=0",
                "--server.address=127.0.0.1",
                "--management.server.port=0",
                "--management.server.address=127.0.0.1",
                // An edge has no cache, and so nothing to say of the health of a shared one.
                "--management.endpoint.health.validate-group-membership=false",
                "--spring.config.location=classpath:/application.yaml"));
        for (String property : properties) {
            arguments.add("--" + property);
        }
        SpringApplication application = new SpringApplication(EdgeApplication.class);
        application.addPrimarySources(more);
        application.setRegisterShutdownHook(false);
        application.setDefaultProperties(Map.of("server.clients.shutdown-delay", "0s"));
        return new Edge(application.run(arguments.toArray(String[]::new)));
    }

    /** A running edge. */
    public record Edge(ConfigurableApplicationContext context) implements AutoCloseable {

        public int port() {
            return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
        }

        int managementPort() {
            return context.getEnvironment().getRequiredProperty("local.management.port", Integer.class);
        }

        /** How many requests have been dispatched to Spring so far. */
        int dispatched() {
            return context.getBean(Answers.class).dispatched.get();
        }

        /** How many pulls have been counted. */
        public double pulls(String outcome, String kind) {
            Counter counter = meters().find("sluice.pulls")
                    .tags("route", "hub", "kind", kind, "outcome", outcome)
                    .counter();
            return counter == null ? 0 : counter.count();
        }

        public MeterRegistry meters() {
            return context.getBean(MeterRegistry.class);
        }

        @Override
        public void close() {
            context.close();
        }
    }

    /** Of its own, so that an edge that is closed does not take the event loops of another along. */
    @Bean
    ReactorResourceFactory resources() {
        ReactorResourceFactory resources = new ReactorResourceFactory();
        resources.setUseGlobalResources(false);
        return resources;
    }

    @Bean
    Answers answers(ApplicationContext context) {
        return new Answers(context);
    }

    /** Has in memory what ends so. */
    @Bean
    FastPath fastPath() {
        return (channel, request) -> {
            if (request.uri().endsWith("/in-broken-memory")) {
                throw new IllegalStateException("broken");
            }
            return request.uri().endsWith("/in-memory") ? inMemory() : null;
        };
    }

    private static FastPath.Answer inMemory() {
        DefaultFullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.OK, Unpooled.copiedBuffer("01234", StandardCharsets.US_ASCII));
        HttpUtil.setContentLength(response, response.content().readableBytes());
        return new FastPath.Answer(new PullRecord("hub", Kind.MANIFEST, "library/alpine", Outcome.HIT), response);
    }

    /** Answers by the last component of the path, on the main port alone. */
    static final class Answers implements WebFilter {

        private final AtomicInteger dispatched = new AtomicInteger();
        private final ApplicationContext mainContext;

        Answers(ApplicationContext mainContext) {
            this.mainContext = mainContext;
        }

        @Override
        public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
            String path = exchange.getRequest().getURI().getRawPath();
            if (!mainContext.equals(exchange.getApplicationContext()) || !path.startsWith("/v2/")) {
                return chain.filter(exchange);
            }
            dispatched.incrementAndGet();
            return switch (path.substring(path.lastIndexOf('/') + 1)) {
                case "slow" -> Mono.delay(Duration.ofMillis(300)).then(text(exchange, path));
                case "large" -> large(exchange);
                case "trickling" -> trickling(exchange);
                case "broken" -> broken(exchange);
                case "stalling" -> stalling(exchange);
                case "failing" -> Mono.error(new IllegalStateException(CANARY));
                case "pulled" -> pulled(exchange);
                case "peer" -> text(exchange, peer(exchange));
                case "nothing" -> chain.filter(exchange);
                default -> text(exchange, path);
            };
        }

        private static Mono<Void> pulled(ServerWebExchange exchange) {
            PullRecord.begin(exchange, "hub", Kind.MANIFEST, "library/alpine");
            PullRecord.answered(exchange, Outcome.HIT);
            return text(exchange, "0123456789");
        }

        private static String peer(ServerWebExchange exchange) {
            InetSocketAddress address =
                    Objects.requireNonNull(exchange.getRequest().getRemoteAddress());
            return exchange.getRequest().getURI().getScheme() + " " + address.getHostString();
        }

        private static Mono<Void> text(ServerWebExchange exchange, String text) {
            ServerHttpResponse response = exchange.getResponse();
            DataBuffer buffer = response.bufferFactory().wrap(text.getBytes(StandardCharsets.UTF_8));
            response.getHeaders().setContentLength(buffer.readableByteCount());
            if (exchange.getRequest().getMethod().matches("HEAD")) {
                return response.setComplete();
            }
            return response.writeWith(Mono.just(buffer));
        }

        private static Mono<Void> large(ServerWebExchange exchange) {
            PullRecord.begin(exchange, "hub", Kind.BLOB, "library/alpine");
            PullRecord.answered(exchange, Outcome.MISS);
            ServerHttpResponse response = exchange.getResponse();
            response.getHeaders().setContentLength(LARGE);
            Flux<DataBuffer> body = Flux.range(0, (int) (LARGE >> 16))
                    .map(i -> response.bufferFactory().wrap(new byte[1 << 16]));
            return response.writeWith(body);
        }

        private static Mono<Void> trickling(ServerWebExchange exchange) {
            ServerHttpResponse response = exchange.getResponse();
            response.getHeaders().setContentLength(TRICKLING);
            return response.writeAndFlushWith(Flux.interval(Duration.ofMillis(200))
                    .take(TRICKLING)
                    .map(i -> Mono.fromCallable(() -> response.bufferFactory().wrap(new byte[1]))));
        }

        private static Mono<Void> broken(ServerWebExchange exchange) {
            return beginning(exchange, Mono.error(new IllegalStateException(CANARY)));
        }

        private static Mono<Void> stalling(ServerWebExchange exchange) {
            return beginning(exchange, Mono.never());
        }

        /** A body of unknown length that begins, and goes on as it is told. */
        private static Mono<Void> beginning(ServerWebExchange exchange, Mono<Mono<DataBuffer>> rest) {
            ServerHttpResponse response = exchange.getResponse();
            Mono<DataBuffer> first =
                    Mono.fromCallable(() -> response.bufferFactory().wrap(new byte[BROKEN_AFTER]));
            return response.writeAndFlushWith(Flux.concat(Mono.just(first), rest));
        }
    }
}
