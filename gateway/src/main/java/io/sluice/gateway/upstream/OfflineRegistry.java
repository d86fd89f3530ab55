package io.sluice.gateway.upstream;

import io.sluice.gateway.error.UpstreamOfflineException;
import io.sluice.oci.Digest;
import java.util.OptionalDouble;
import reactor.core.publisher.Mono;

/**
 * A registry that is never asked, because its route is offline: every request fails at once, with
 * {@link UpstreamOfflineException}.
 *
 * @param route the name of the route
 */
public record OfflineRegistry(String route) implements Registry {

    @Override
    public <T> Mono<T> send(RegistryRequest request, ResponseReader<T> reader) {
        return Mono.error(() -> new UpstreamOfflineException(route));
    }

    @Override
    public void distrust(Digest blob) {
        // There is no other place to ask.
    }

    @Override
    public OptionalDouble budgetLeft() {
        return OptionalDouble.empty();
    }
}
