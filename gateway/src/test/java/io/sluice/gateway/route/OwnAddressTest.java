package io.sluice.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.URI;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("T35: a gateway knows where it is")
class OwnAddressTest {

    @ParameterizedTest
    @CsvSource({
        "http://localhost:8080, true",
        "http://127.0.0.1:8080, true",
        "http://127.8.8.8:8080, true",
        "http://[::1]:8080, true",
        "https://localhost:8080, true",
        "http://localhost:8081, false",
        "http://localhost, false",
        "http://10.0.0.7:8080, false",
        "http://registry.example:8080, false"
    })
    void onAllAddressesItIsOnTheLoopbackToo(URI origin, boolean itself) {
        assertThat(new OwnAddress(8080, null).isAt(origin)).isEqualTo(itself);
    }

    @ParameterizedTest
    @CsvSource({"http://localhost:8080, false", "http://127.0.0.1:8080, false", "http://10.0.0.7:8080, true"})
    void onOneAddressItIsNowhereElse(URI origin, boolean itself) {
        assertThat(new OwnAddress(8080, InetAddress.ofLiteral("10.0.0.7")).isAt(origin))
                .isEqualTo(itself);
    }

    @ParameterizedTest
    @CsvSource({"80, http://localhost, true", "443, https://localhost, true", "0, http://localhost, false"})
    void anOriginHasTheUsualPort(int port, URI origin, boolean itself) {
        assertThat(new OwnAddress(port, null).isAt(origin)).isEqualTo(itself);
    }
}
