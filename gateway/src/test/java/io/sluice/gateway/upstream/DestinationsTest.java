package io.sluice.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DestinationsTest {

    @ParameterizedTest
    @CsvSource({
        "https://registry-1.docker.io, https://auth.docker.io, true",
        "https://registry.gitlab.com, https://gitlab.com, true",
        "https://ghcr.io, https://ghcr.io, true",
        "https://ghcr.io, https://ghcr.io:8443, true",
        "https://ghcr.io, http://ghcr.io, false",
        "https://registry-1.docker.io, https://docker.io.evil.com, false",
        "https://registry-1.docker.io, https://evildocker.io, false",
        "https://a.github.io, https://b.github.io, false",
        "https://registry.co.uk, https://evil.co.uk, false",
        "https://10.0.0.1, https://10.0.0.2, false",
        "https://10.0.0.1:5000, https://10.0.0.1:5000, true",
        "https://10.0.0.1:5000, https://10.0.0.1:5001, false",
        "http://registry:5000, http://registry:5000, true",
        "http://registry:5000, https://registry:5001, false",
        "https://registry, https://other, false",
        "https://registry-1.docker.io, https://listed.example.com, true",
        "https://registry-1.docker.io, https://unlisted.example.com, false"
    })
    @DisplayName("T04: the credential stays on the registry's origin, its registrable domain, and what is listed")
    void theCredentialStaysOnTheRegistrysDomain(URI registry, URI realm, boolean sent) {
        Destinations destinations =
                new Destinations(Origin.of(registry), Set.of(Origin.of(URI.create("https://listed.example.com"))));

        assertThat(destinations.takesCredential(Origin.of(realm))).isEqualTo(sent);
    }

    @ParameterizedTest
    @CsvSource({
        "https://Registry.Example.com:443/x, https://registry.example.com",
        "HTTP://registry:80/, http://registry",
        "http://registry:443, http://registry:443",
        "https://[::1]:5000/v2, https://[::1]:5000"
    })
    void anOriginIsWrittenInOneWay(URI url, String origin) {
        assertThat(Origin.of(url)).hasToString(origin);
    }
}
