package io.sluice.gateway.it;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.sluice.gateway.SluiceApplication;
import io.sluice.gateway.route.SluiceConfiguration;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.http.client.ReactorResourceFactory;

/** The gateway as it ships, in this process, on free ports of the loopback. */
final class TestGateway implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ConfigurableApplicationContext context;

    private TestGateway(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /**
     * Starts it.
     *
     * @param directory where the cache lives
     * @param arguments further arguments, such as {@code --sluice.routes.hub.upstream=…}
     */
    static TestGateway start(Path directory, String... arguments) {
        return start(directory, Clock.systemUTC(), arguments);
    }

    /** Starts it with another clock. */
    static TestGateway start(Path directory, Clock clock, String... arguments) {
        List<String> all = new ArrayList<>(List.of(
                "--server.port=0",
                "--server.address=127.0.0.1",
                "--management.server.port=0",
                "--server.clients.shutdown-delay=0s",
                "--spring.config.location=classpath:/application.yaml",
                "--sluice.cache.directory=" + directory));
        all.addAll(List.of(arguments));
        SpringApplication application = new SpringApplication(SluiceApplication.class);
        application.addInitializers(context -> {
            GenericApplicationContext beans = (GenericApplicationContext) context;
            beans.registerBean(ReactorResourceFactory.class, TestGateway::resourcesOfItsOwn);
            beans.registerBean(ForwardingProbe.class, ForwardingProbe::new);
            beans.registerBean(RoutingProbe.class, RoutingProbe::new);
            beans.registerBean("testClock", Clock.class, () -> clock, bean -> bean.setPrimary(true));
        });
        return new TestGateway(application.run(all.toArray(String[]::new)));
    }

    /** So that a gateway that is closed does not take the event loops of the others along. */
    private static ReactorResourceFactory resourcesOfItsOwn() {
        ReactorResourceFactory resources = new ReactorResourceFactory();
        resources.setUseGlobalResources(false);
        return resources;
    }

    /** A gateway with the route {@code hub}, as the story has it, in front of one upstream. */
    static TestGateway inFrontOf(String upstream, Path directory) {
        return start(
                directory,
                "--sluice.routes.hub.upstream=" + upstream,
                "--sluice.routes.hub.paths=/docker.io,/pub-group/dependency_proxy/containers",
                "--sluice.routes.hub.namespaces=docker.io",
                "--sluice.routes.hub.root=true",
                "--sluice.routes.hub.default-namespace=library");
    }

    /** What would have been forwarded as the client sent it. */
    List<String> forwarded() {
        return context.getBean(ForwardingProbe.class).forwarded();
    }

    /** How many requests have come to a route of Spring Cloud Gateway. */
    long routed() {
        return context.getBean(RoutingProbe.class).routed();
    }

    /** The configuration as it would show itself. */
    String settings() {
        return context.getBean(SluiceConfiguration.class).toString();
    }

    /** What ties it to other replicas goes away, as if it could not be reached any more. */
    void leaveCluster() {
        try {
            ((AutoCloseable) context.getBean("clusterLinks")).close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    int port() {
        return property("local.server.port");
    }

    int managementPort() {
        return property("local.management.port");
    }

    private int property(String name) {
        return Integer.parseInt(Objects.requireNonNull(context.getEnvironment().getProperty(name)));
    }

    /** @param headers names and values, in turn */
    HttpResponse<byte[]> get(String path, String... headers) {
        return send("GET", port(), path, headers);
    }

    /** @param headers names and values, in turn */
    HttpResponse<byte[]> head(String path, String... headers) {
        return send("HEAD", port(), path, headers);
    }

    /** How many requests have become exchanges, and were answered. */
    long exchanges() {
        return context.getBean(MeterRegistry.class).find("http.server.requests").timers().stream()
                .mapToLong(Timer::count)
                .sum();
    }

    /** How many changes of the configuration were {@code applied}, or {@code rejected}. */
    int reloads(String result) {
        Counter counter = context.getBean(MeterRegistry.class)
                .find("sluice.config.reloads")
                .tag("result", result)
                .counter();
        return counter == null ? 0 : (int) counter.count();
    }

    String scrape() {
        return text(send("GET", managementPort(), "/actuator/prometheus"));
    }

    HttpResponse<byte[]> send(String method, int port, String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(LIMIT)
                .method(method, HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return answer(request.build());
    }

    /** Sends JSON to the management port. */
    HttpResponse<byte[]> post(String path, String json) {
        return answer(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort() + path))
                .timeout(LIMIT)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build());
    }

    private HttpResponse<byte[]> answer(HttpRequest request) {
        try {
            return client.send(request, BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        context.close();
        client.close();
    }
}
