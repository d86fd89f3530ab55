package io.sluice.e2e.weather;

import io.sluice.e2e.weather.FickleRegistry.Repository;
import io.sluice.testing.Images;
import io.sluice.testing.Images.Content;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Clients that pull, so many times a second, what the gateway holds: tags, digests and layers. */
@SuppressWarnings("FutureReturnValueIgnored") // what goes wrong in them is among the failures
final class SteadyLoad implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int PULLS_PER_SECOND = 100;

    private final URI gateway;
    private final List<Repository> repositories;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final SplittableRandom random = new SplittableRandom(1);
    private final AtomicInteger pulls = new AtomicInteger();
    private final AtomicInteger stale = new AtomicInteger();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();

    SteadyLoad(URI gateway, List<Repository> repositories) {
        this.gateway = gateway;
        this.repositories = repositories;
    }

    /** What a pull has to bring: one of several manifests, or the layer. */
    private record Wanted(String path, List<Content> any) {}

    void begin() {
        clock.scheduleAtFixedRate(this::pull, 0, 1_000_000 / PULLS_PER_SECOND, TimeUnit.MICROSECONDS);
    }

    /** Ends it, and waits for what is under way. */
    void end() throws InterruptedException {
        clock.shutdown();
        if (!clock.awaitTermination(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("the load does not end");
        }
    }

    int pulls() {
        return pulls.get();
    }

    /** How many answers said that they were not confirmed by the upstream. */
    int stale() {
        return stale.get();
    }

    /** What went wrong, each in a line. */
    List<String> failures() {
        return List.copyOf(failures);
    }

    /** The digest that a tag is served with now. */
    String digestOf(Repository repository, String tag) {
        HttpResponse<byte[]> response = http.sendAsync(
                        request("/v2/" + repository.name() + "/manifests/" + tag), BodyHandlers.ofByteArray())
                .join();
        return response.headers().firstValue("Docker-Content-Digest").orElse("");
    }

    /** Pulls everything once, one after the other, and fails if anything cannot be had. */
    void pullEverything() {
        for (Repository repository : repositories) {
            List<Content> versions = repository.versions();
            pullNow(new Wanted(manifest(repository, "latest"), versions));
            pullNow(new Wanted(manifest(repository, "v1"), versions.subList(0, 1)));
            versions.forEach(version -> pullNow(new Wanted(manifest(repository, version.digest()), List.of(version))));
            pullNow(layerOf(repository));
        }
        if (!failures.isEmpty()) {
            throw new AssertionError("before anything had happened: " + failures);
        }
    }

    private void pullNow(Wanted wanted) {
        http.sendAsync(request(wanted.path()), BodyHandlers.ofByteArray())
                .thenAccept(response -> check(wanted, response))
                .join();
    }

    private void pull() {
        Repository repository = repositories.get(random.nextInt(repositories.size()));
        List<Content> versions = repository.versions();
        Content version = versions.get(random.nextInt(versions.size()));
        Wanted wanted = switch (random.nextInt(4)) {
            case 0 -> new Wanted(manifest(repository, "v1"), versions.subList(0, 1));
            case 1 -> new Wanted(manifest(repository, version.digest()), List.of(version));
            case 2 -> layerOf(repository);
            default -> new Wanted(manifest(repository, "latest"), versions);
        };
        http.sendAsync(request(wanted.path()), BodyHandlers.ofByteArray()).whenComplete((response, failure) -> {
            if (failure != null) {
                failures.add(wanted.path() + ": " + failure);
            } else {
                check(wanted, response);
            }
        });
    }

    private void check(Wanted wanted, HttpResponse<byte[]> response) {
        pulls.incrementAndGet();
        if (response.headers().firstValue("Warning").isPresent()) {
            stale.incrementAndGet();
        }
        String digest = Images.sha256(response.body());
        boolean right = response.statusCode() == 200
                && wanted.any().stream().anyMatch(content -> content.digest().equals(digest))
                && response.headers()
                        .firstValue("Docker-Content-Digest")
                        .filter(digest::equals)
                        .isPresent();
        if (!right) {
            failures.add(wanted.path() + ": " + response.statusCode() + " "
                    + response.headers().map());
        }
    }

    private static String manifest(Repository repository, String reference) {
        return "/v2/" + repository.name() + "/manifests/" + reference;
    }

    private static Wanted layerOf(Repository repository) {
        Content layer = repository.layer();
        return new Wanted("/v2/" + repository.name() + "/blobs/" + layer.digest(), List.of(layer));
    }

    private HttpRequest request(String path) {
        return HttpRequest.newBuilder(gateway.resolve(path)).timeout(LIMIT).build();
    }

    @Override
    public void close() {
        clock.shutdownNow();
        http.close();
    }
}
