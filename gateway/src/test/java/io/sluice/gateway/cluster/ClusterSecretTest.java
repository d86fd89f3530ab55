package io.sluice.gateway.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ClusterSecretTest {

    private static final String TEXT = "s3cret-0123456789abcdef0123456789";

    private final ClusterSecret secret = new ClusterSecret(TEXT);

    @Test
    void aKeyIsTheSameOnAllReplicasAndAnotherForEachPurpose() {
        byte[] key = secret.key("blobs", "HmacSHA256").getEncoded();

        assertThat(new ClusterSecret(TEXT).key("blobs", "HmacSHA256").getEncoded())
                .isEqualTo(key)
                .hasSize(32);
        assertThat(secret.key("tokens", "HmacSHA256").getEncoded()).isNotEqualTo(key);
        assertThat(new ClusterSecret(TEXT + "0").key("blobs", "HmacSHA256").getEncoded())
                .isNotEqualTo(key);
    }

    @Test
    @DisplayName("T20: the secret is in none of its printed forms")
    void theSecretIsNotPrinted() {
        assertThat(secret).asString().doesNotContain("s3cret");
        assertThatThrownBy(() -> new ClusterSecret("s3cret"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("has 6 characters")
                .hasMessageNotContaining("s3cret");
    }
}
