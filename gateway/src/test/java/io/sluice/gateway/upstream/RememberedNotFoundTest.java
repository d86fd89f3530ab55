package io.sluice.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sluice.gateway.error.UpstreamStatusException;
import io.sluice.gateway.upstream.RegistryRequest.Method;
import io.sluice.oci.Digest;
import io.sluice.oci.RepositoryName;
import io.sluice.oci.Tag;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

class RememberedNotFoundTest {

    private static final RepositoryName ALPINE = new RepositoryName("library/alpine");
    private static final NotFoundSettings SETTINGS =
            new NotFoundSettings(Duration.ofSeconds(10), Duration.ofMinutes(10));

    /** A registry that answers everything with one status. */
    private static final class Refusing implements Registry {

        private final List<RegistryRequest> requests = new ArrayList<>();
        private int status = 404;

        @Override
        public <T> Mono<T> send(RegistryRequest request, ResponseReader<T> reader) {
            return Mono.defer(() -> {
                requests.add(request);
                return Mono.error(new UpstreamStatusException("registry.test", status, null, null));
            });
        }

        @Override
        public void distrust(Digest blob) {
            throw new UnsupportedOperationException();
        }

        @Override
        public OptionalDouble budgetLeft() {
            return OptionalDouble.empty();
        }
    }

    private final Refusing refusing = new Refusing();
    private final AtomicLong nanos = new AtomicLong();
    private final Registry registry = new RememberedNotFound(refusing, SETTINGS, nanos::get);

    @Test
    @DisplayName("U20 T33: what was not found is not asked for again for a short time, and then it is")
    void notFoundIsRemembered() {
        RegistryRequest request = manifest(ALPINE, "latest");

        assertThat(statusOf(request)).isEqualTo(404);
        assertThat(statusOf(request)).isEqualTo(404);
        assertThat(refusing.requests).hasSize(1);

        pass(Duration.ofSeconds(10));
        assertThat(statusOf(request)).isEqualTo(404);
        assertThat(refusing.requests).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 406, 408, 429, 500, 502, 503, 504})
    @DisplayName("T33 U19 U22 U23: nothing but a 404 is remembered")
    void nothingElseIsRemembered(int status) {
        refusing.status = status;
        RegistryRequest request = manifest(ALPINE, "latest");

        statusOf(request);
        statusOf(request);

        assertThat(refusing.requests).hasSize(2);
    }

    @Test
    @DisplayName("T36: what one repository does not have says nothing of another, nor of another Accept")
    void itIsRememberedForTheVeryRequest() {
        statusOf(manifest(ALPINE, "latest"));

        statusOf(manifest(new RepositoryName("team/alpine"), "latest"));
        statusOf(manifest(ALPINE, "3.20"));
        statusOf(RegistryRequest.manifest(Method.GET, ALPINE, new Tag("latest"), "a"));
        statusOf(RegistryRequest.manifest(Method.HEAD, ALPINE, new Tag("latest"), "b"));

        assertThat(refusing.requests).hasSize(5);
    }

    @ParameterizedTest
    @ValueSource(strings = {".sig", ".att", ".sbom"})
    void theTagsOfSignaturesAreRememberedAsLongAsConfigured(String suffix) {
        RegistryRequest request = manifest(ALPINE, "sha256-" + "0".repeat(64) + suffix);
        statusOf(request);

        pass(Duration.ofMinutes(9));
        statusOf(request);
        assertThat(refusing.requests).hasSize(1);
        pass(Duration.ofMinutes(1));
        statusOf(request);
        assertThat(refusing.requests).hasSize(2);
    }

    @Test
    void whatIsToBeAskedAnewIsForgottenForItsRepositoryAlone() {
        RepositoryName other = new RepositoryName("team/alpine");
        statusOf(manifest(ALPINE, "latest"));
        statusOf(manifest(other, "latest"));

        registry.askAnew(ALPINE);
        statusOf(manifest(ALPINE, "latest"));
        statusOf(manifest(other, "latest"));

        assertThat(refusing.requests).hasSize(3);
    }

    @Test
    void listsAreNotRemembered() {
        RegistryRequest request = RegistryRequest.tags(ALPINE, null, null);
        statusOf(request);
        statusOf(request);

        assertThat(refusing.requests).hasSize(2);
    }

    @Test
    void zeroRemembersNothing() {
        Registry forgetful =
                new RememberedNotFound(refusing, new NotFoundSettings(Duration.ZERO, Duration.ZERO), nanos::get);

        statusOf(forgetful, manifest(ALPINE, "latest"));
        statusOf(forgetful, manifest(ALPINE, "latest"));

        assertThat(refusing.requests).hasSize(2);
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private int statusOf(RegistryRequest request) {
        return statusOf(registry, request);
    }

    private static int statusOf(Registry registry, RegistryRequest request) {
        Mono<Object> answer = registry.send(request, (head, body) -> Mono.empty());
        return catchThrowableOfType(UpstreamStatusException.class, answer::block)
                .status();
    }

    private static RegistryRequest manifest(RepositoryName repository, String tag) {
        return RegistryRequest.manifest(Method.HEAD, repository, new Tag(tag), "a");
    }
}
