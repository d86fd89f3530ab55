package io.sluice.gateway.pull;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cache.manifest.ManifestDescriptor;
import io.sluice.cache.manifest.TagPointer;
import io.sluice.oci.Digest;
import io.sluice.oci.MediaTypes;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("K20: a wait for where a tag points")
class TagWaitTest {

    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final Digest DIGEST = Digest.parse("sha256:" + "0".repeat(64));

    private static TagPointer confirmed(Duration afterNoon) {
        return new TagPointer(
                new ManifestDescriptor(DIGEST, MediaTypes.OCI_MANIFEST, 100), NOON.plus(afterNoon), DIGEST);
    }

    @Test
    void isOverWithAPointerThatWasConfirmedSince() {
        TagPointer known = confirmed(Duration.ofHours(-1));

        assertThat(TagWait.from(NOON, known).isOverWith(confirmed(Duration.ofMillis(1))))
                .isTrue();
        assertThat(TagWait.from(NOON, null).isOverWith(confirmed(Duration.ofMillis(1))))
                .isTrue();
    }

    @Test
    void isNotOverWithThePointerThatWasKnownAlreadyWhateverTheClockOfWhoConfirmedItSays() {
        TagPointer ahead = confirmed(Duration.ofMillis(900));

        assertThat(TagWait.from(NOON, ahead).isOverWith(ahead)).isFalse();
        assertThat(TagWait.from(NOON, ahead).isOverWith(ahead.withHeld(null))).isFalse();
    }

    @Test
    void isOverWithAnotherPointerByAClockThatIsLittleBehind() {
        TagPointer ahead = confirmed(Duration.ofMillis(900));

        assertThat(TagWait.from(NOON, ahead).isOverWith(confirmed(Duration.ofMillis(-900))))
                .isTrue();
    }

    @Test
    @DisplayName("K07: is not over with an old pointer that a replica gives back to a Redis that has lost it")
    void isNotOverWithAnOldPointerThatComesBack() {
        assertThat(TagWait.from(NOON, null).isOverWith(confirmed(Duration.ofMinutes(-1))))
                .isFalse();
    }
}
