package io.sluice.gateway.upstream;

import static io.sluice.gateway.upstream.Upstreams.ALPINE;
import static io.sluice.gateway.upstream.Upstreams.DIGEST;
import static io.sluice.gateway.upstream.Upstreams.GET;
import static io.sluice.gateway.upstream.Upstreams.anonymous;
import static io.sluice.gateway.upstream.Upstreams.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.upstream.RegistryRequest.Method;
import io.sluice.oci.Digest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class EdgesTest {

    private static final RegistryRequest OTHER =
            RegistryRequest.blob(Method.GET, ALPINE, Digest.parse("sha256:" + "1".repeat(64)), null);

    private final Upstreams upstreams = new Upstreams();

    @AfterEach
    void close() throws Exception {
        upstreams.close();
    }

    @Test
    @DisplayName("T01: an address that sent wrong bytes is not asked for them again, while the host has another")
    void anAddressThatSentWrongBytesIsAvoided() throws Exception {
        RawServer server = upstreams.everywhere((request, reply) -> reply.send(200, request.address()));
        Registry registry = open(server, "127.0.0.1 127.0.0.2");
        assertThat(text(registry, GET)).isEqualTo("127.0.0.1");

        registry.distrust(DIGEST);

        assertThat(text(registry, GET)).isEqualTo("127.0.0.2");
        assertThat(text(registry, OTHER)).as("which did not come wrong").isEqualTo("127.0.0.1");
        assertThat(text(registry, GET)).isEqualTo("127.0.0.2");
        assertThat(server.requests()).extracting(RawServer.Request::connection).containsExactly(1, 2, 1, 3);
    }

    @Test
    @DisplayName("T01: it is the host that a redirect leads to that sent the wrong bytes, not the registry")
    void theRedirectTargetIsAvoided() throws Exception {
        RawServer cdn = upstreams.everywhere((request, reply) -> reply.send(200, request.address()));
        RawServer server = upstreams.http(
                (request, reply) -> reply.send(307, "", "Location: " + cdn.at("cdn.example.net") + "/x"));
        Registry registry = upstreams.open(
                anonymous(server.at("registry.example.com"), cdn.at("cdn.example.net")),
                Map.of("registry.example.com", "127.0.0.1", "cdn.example.net", "127.0.0.3 127.0.0.4"),
                address -> true);
        assertThat(text(registry, GET)).isEqualTo("127.0.0.3");

        registry.distrust(DIGEST);

        assertThat(text(registry, GET)).isEqualTo("127.0.0.4");
    }

    @Test
    @DisplayName("T01: where no other address is left the same ones are asked, and no digest is refused")
    void theOnlyAddressIsAskedAgain() throws Exception {
        RawServer server = upstreams.everywhere((request, reply) -> reply.send(200, request.address()));
        Registry registry = open(server, "127.0.0.1");
        registry.distrust(DIGEST);
        assertThat(text(registry, GET)).isEqualTo("127.0.0.1");

        registry.distrust(DIGEST);

        assertThat(text(registry, GET)).isEqualTo("127.0.0.1");
        assertThat(server.connections()).isEqualTo(2);
    }

    @Test
    void nothingIsAvoidedForEver() throws Exception {
        AtomicLong nanos = new AtomicLong();
        Edges edges = new Edges(nanos::get);
        InetSocketAddress wrong = new InetSocketAddress(InetAddress.getByName("192.0.2.1"), 443);
        InetSocketAddress other = new InetSocketAddress(InetAddress.getByName("192.0.2.2"), 443);
        edges.sends(DIGEST, wrong);
        edges.distrust(DIGEST);
        assertThat(edges.isSuspect(DIGEST)).isTrue();
        assertThat(edges.preferred(List.of(wrong, other))).isEqualTo(List.of(other));

        nanos.set(Edges.QUARANTINE.toNanos());

        assertThat(edges.isSuspect(DIGEST)).isFalse();
        assertThat(edges.preferred(List.of(wrong, other))).isEqualTo(List.of(wrong, other));
    }

    private Registry open(RawServer server, String addresses) throws Exception {
        return upstreams.open(
                anonymous(server.at("registry.example.com")),
                Map.of("registry.example.com", addresses),
                address -> true);
    }
}
