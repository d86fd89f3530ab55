package io.sluice.gateway.upstream;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import io.sluice.gateway.error.UpstreamStatusException;
import io.sluice.oci.Digest;
import io.sluice.oci.RepositoryName;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.regex.Pattern;
import reactor.core.publisher.Mono;

/**
 * A registry whose "not found" is remembered for a short time, for the request that was answered so and for no other: its
 * repository, what it asked for, its method and its {@code Accept}. Nothing else that fails is remembered: a 401, a 429 or a
 * 5xx says nothing about the content (T33).
 *
 * <p>cosign asks for {@code sha256-<hex>.sig}, {@code .att} and {@code .sbom} of every image, and most have none.
 */
final class RememberedNotFound implements Registry {

    private static final int MAX_ANSWERS = 10_000;
    private static final int NOT_FOUND = 404;
    private static final Pattern SIGNATURE = Pattern.compile("manifests/sha256-[0-9a-f]{64}\\.(sig|att|sbom)");

    private final Registry registry;
    private final Cache<RegistryRequest, UpstreamStatusException> answers;

    /** @param registry the registry that is asked */
    RememberedNotFound(Registry registry, NotFoundSettings settings, Ticker ticker) {
        this.registry = registry;
        this.answers = Caffeine.newBuilder()
                .maximumSize(MAX_ANSWERS)
                .expireAfter(Expiry.creating(
                        (RegistryRequest request, UpstreamStatusException answer) -> lifetime(request, settings)))
                .ticker(ticker)
                .build();
    }

    private static Duration lifetime(RegistryRequest request, NotFoundSettings settings) {
        return SIGNATURE.matcher(request.endpoint()).matches() ? settings.signaturesFor() : settings.rememberFor();
    }

    @Override
    public <T> Mono<T> send(RegistryRequest request, ResponseReader<T> reader) {
        if (!isAboutContent(request)) {
            return registry.send(request, reader);
        }
        return Mono.defer(() -> {
            UpstreamStatusException answer = answers.getIfPresent(request);
            return answer == null
                    ? registry.send(request, reader)
                            .doOnError(UpstreamStatusException.class, failure -> remember(request, failure))
                    : Mono.error(answer);
        });
    }

    private static boolean isAboutContent(RegistryRequest request) {
        return request.endpoint().startsWith("manifests/") || request.endpoint().startsWith("blobs/");
    }

    private void remember(RegistryRequest request, UpstreamStatusException failure) {
        if (failure.status() == NOT_FOUND) {
            answers.put(request, failure);
        }
    }

    @Override
    public void distrust(Digest blob) {
        registry.distrust(blob);
    }

    @Override
    public void askAnew(RepositoryName repository) {
        answers.asMap().keySet().removeIf(request -> request.repository().equals(repository));
        registry.askAnew(repository);
    }

    @Override
    public OptionalDouble budgetLeft() {
        return registry.budgetLeft();
    }
}
