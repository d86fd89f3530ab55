package io.sluice.gateway.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RequestSignatureTest {

    private static final URI HERE = URI.create("http://10.0.0.1:8082");
    private static final URI THERE = URI.create("http://10.0.0.2:8082");

    private final RequestSignature signature = new RequestSignature(ReplicaRig.SECRET);
    private final String signed = signature.of("GET", HERE, "/v1/held/a", "bytes=1-");

    @Test
    void theSameRequestIsTheSameOnAllReplicas() {
        assertThat(new RequestSignature(new ClusterSecret("s3cret-0123456789abcdef0123456789"))
                        .isOf("GET", HERE, "/v1/held/a", "bytes=1-", signed))
                .isTrue();
    }

    @Test
    @DisplayName("T25: what is signed for one request and one replica is good for no other")
    void whatIsSignedIsGoodForNothingElse() {
        assertThat(signature.isOf("HEAD", HERE, "/v1/held/a", "bytes=1-", signed))
                .isFalse();
        assertThat(signature.isOf("GET", THERE, "/v1/held/a", "bytes=1-", signed))
                .isFalse();
        assertThat(signature.isOf("GET", HERE, "/v1/held/b", "bytes=1-", signed))
                .isFalse();
        assertThat(signature.isOf("GET", HERE, "/v1/held/a", "bytes=2-", signed))
                .isFalse();
        assertThat(signature.isOf("GET", HERE, "/v1/held/a", null, signed)).isFalse();
        assertThat(signature.isOf("GET", HERE, "/v1/held/a", "bytes=1-", null)).isFalse();
        assertThat(signature.isOf("GET", HERE, "/v1/held/a", "bytes=1-", signed + "0"))
                .isFalse();
    }

    @Test
    @DisplayName("T20: the secret is not in it")
    void theSecretIsNotInIt() {
        assertThat(signed).startsWith("Sluice-HMAC-SHA256 ").hasSize(19 + 64).doesNotContain("s3cret");
    }
}
