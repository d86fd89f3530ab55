package io.sluice.cache.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class EmbeddedCacheSettingsTest {

    @Test
    void theDefaultsAreWhatTheDocumentationSays() {
        EmbeddedCacheSettings settings = EmbeddedCacheSettings.onDisk(Path.of("data"));

        assertThat(settings)
                .isEqualTo(new EmbeddedCacheSettings(
                        Path.of("data"),
                        67_108_864,
                        2_147_483_648L,
                        200_000,
                        1_000_000,
                        0,
                        Duration.ofDays(30),
                        Duration.ofHours(1),
                        10_000,
                        Clock.systemUTC()));
        assertThat(EmbeddedCacheSettings.inMemory().directory()).isNull();
        assertThat(EmbeddedCacheSettings.inMemory().manifestBytes()).isEqualTo(67_108_864);
    }

    @Test
    void limitsMustBePositive() {
        EmbeddedCacheSettings settings = EmbeddedCacheSettings.inMemory();

        assertThatThrownBy(() -> settings.withManifests(0, 1)).hasMessageContaining("manifestMemory is 0");
        assertThatThrownBy(() -> settings.withManifests(1, -1)).hasMessageContaining("manifestBytes is -1");
        assertThatThrownBy(() -> settings.withRecords(0, 1)).hasMessageContaining("tags is 0");
        assertThatThrownBy(() -> settings.withRecords(1, 0)).hasMessageContaining("proofs is 0");
    }
}
