package io.sluice.cache.manifest;

import static io.sluice.cache.manifest.Samples.ALPINE;
import static io.sluice.cache.manifest.Samples.NOON;
import static io.sluice.cache.manifest.Samples.digest;
import static io.sluice.cache.manifest.Samples.repository;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cache.ContentKey;
import io.sluice.oci.Digest;
import io.sluice.oci.MediaTypes;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What every {@link Membership} promises. */
public abstract class MembershipContract {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Proof SHOWN = new Proof(NOON, MediaTypes.OCI_MANIFEST, 1234);
    private static final Proof NAMED = new Proof(NOON, null, -1, 5_000_000_000L);

    /** The membership under test; the same one throughout a test, empty at first. */
    protected abstract Membership membership();

    @Test
    void aProofComesBackAsItWas() {
        membership().prove(ALPINE, Map.of(digest(1), SHOWN, digest(2), NAMED)).block(SOON);

        assertThat(find(1)).contains(SHOWN);
        assertThat(find(2)).contains(NAMED);
    }

    @Test
    @DisplayName("T11: a proof is of one repository of one route")
    void aProofIsOfOneRepositoryAlone() {
        membership().prove(ALPINE, Map.of(digest(1), SHOWN)).block(SOON);

        assertThat(find(2)).isEmpty();
        assertThat(find(new ContentKey(repository("dockerhub", "library/debian"), digest(1))))
                .isEmpty();
        assertThat(find(new ContentKey(repository("other", "library/alpine"), digest(1))))
                .isEmpty();
    }

    @Test
    void whatARepositoryHasIsTold() {
        membership().prove(ALPINE, Map.of(digest(1), SHOWN, digest(2), NAMED)).block(SOON);
        membership()
                .prove(repository("dockerhub", "library/alpine2"), Map.of(digest(3), SHOWN))
                .block(SOON);
        membership().revoke(new ContentKey(ALPINE, digest(2))).block(SOON);

        assertThat(membership().contents(ALPINE).block(SOON)).containsExactly(digest(1));
        assertThat(membership().contents(repository("other", "library/alpine")).block(SOON))
                .isEmpty();
    }

    @Test
    void aLaterProofReplacesAnEarlierOne() {
        Proof later = new Proof(NOON.plusSeconds(60), null, 5);
        membership().prove(ALPINE, Map.of(digest(1), SHOWN)).block(SOON);
        membership().prove(ALPINE, Map.of(digest(1), later)).block(SOON);

        assertThat(find(1)).contains(later);
    }

    @Test
    void aRevokedProofIsGoneAndCanBeGivenAgain() {
        membership().prove(ALPINE, Map.of(digest(1), SHOWN, digest(2), SHOWN)).block(SOON);

        membership().revoke(new ContentKey(ALPINE, digest(1))).block(SOON);
        assertThat(find(1)).isEmpty();
        assertThat(find(2)).contains(SHOWN);

        membership().prove(ALPINE, Map.of(digest(1), NAMED)).block(SOON);
        assertThat(find(1)).contains(NAMED);
    }

    @Test
    void noProofsAtAllAreNoError() {
        membership().prove(ALPINE, Map.of()).block(SOON);

        assertThat(find(1)).isEmpty();
    }

    @Test
    void aBatchIsKeptWhole() {
        Map<Digest, Proof> batch = new HashMap<>();
        for (int i = 0; i < ManifestDocument.MAX_DESCRIPTORS; i++) {
            batch.put(digest(i), new Proof(NOON, null, i));
        }

        membership().prove(ALPINE, batch).block(SOON);

        for (int i = 0; i < ManifestDocument.MAX_DESCRIPTORS; i++) {
            assertThat(find(i)).contains(new Proof(NOON, null, i));
        }
    }

    private Optional<Proof> find(int number) {
        return find(new ContentKey(ALPINE, digest(number)));
    }

    private Optional<Proof> find(ContentKey key) {
        Proof inMemory = membership().inMemory(key);
        Optional<Proof> found = membership().find(key).blockOptional(SOON);
        if (inMemory != null) {
            assertThat(found).contains(inMemory);
        }
        return found;
    }
}
