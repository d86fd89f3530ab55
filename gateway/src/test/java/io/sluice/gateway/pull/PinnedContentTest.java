package io.sluice.gateway.pull;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cache.RepositoryKey;
import io.sluice.cache.blob.NoBlobs;
import io.sluice.cache.embedded.EmbeddedCache;
import io.sluice.cache.embedded.EmbeddedCacheSettings;
import io.sluice.cache.manifest.ManifestCheck;
import io.sluice.cache.manifest.Proof;
import io.sluice.oci.Digest;
import io.sluice.oci.RepositoryName;
import io.sluice.testing.Images;
import io.sluice.testing.Images.Content;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PinnedContentTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final RepositoryKey ALPINE = new RepositoryKey("hub", RepositoryName.parse("library/alpine"));
    private static final RepositoryKey DEBIAN = new RepositoryKey("hub", RepositoryName.parse("library/debian"));

    private final Content layer = Images.layer(10, 1);
    private final Content image = Images.image(layer);
    private final Content index = Images.index(image);
    private final EmbeddedCache cache = EmbeddedCache.open(EmbeddedCacheSettings.inMemory());
    private final PinnedBlobs blobs = new PinnedBlobs();

    @AfterEach
    void close() {
        cache.close();
    }

    @Test
    void allThatComesByAPinnedRepositoryIsPinned() {
        PinnedContent content = pinned(Set.of(), Set.of(ALPINE));

        prove(content, ALPINE, layer);
        prove(content, DEBIAN, Images.layer(10, 2));

        assertThat(blobs.pinned).containsExactly(digest(layer));
    }

    @Test
    void aPinnedManifestPinsWhatItLeadsTo() {
        PinnedContent content = pinned(Set.of(digest(index)), Set.of());

        keep(index);
        prove(content, DEBIAN, index, image);
        keep(image);
        prove(content, DEBIAN, image, layer);

        assertThat(blobs.pinned).contains(digest(index), digest(image), digest(layer));
    }

    @Test
    void aPinnedLayerPinsNothingElse() {
        PinnedContent content = pinned(Set.of(digest(layer)), Set.of());

        keep(image);
        prove(content, DEBIAN, image, layer);

        assertThat(blobs.pinned).containsExactly(digest(layer));
    }

    @Test
    void whatWasPulledBeforeARestartIsPinnedAtTheStart() {
        keep(index);
        keep(image);
        cache.membership().prove(ALPINE, proofs(index, image)).block(SOON);

        pinned(Set.of(), Set.of(ALPINE)).refresh().block(SOON);

        assertThat(blobs.pinned).contains(digest(index), digest(image), digest(layer));
    }

    private PinnedContent pinned(Set<Digest> digests, Set<RepositoryKey> repositories) {
        return new PinnedContent(new Pins(digests, repositories), blobs, cache.manifests(), cache.membership());
    }

    private void keep(Content manifest) {
        cache.manifests()
                .put(ManifestCheck.verify(digest(manifest), manifest.mediaType(), manifest.bytes(), Map.of()))
                .block(SOON);
    }

    private static void prove(PinnedContent content, RepositoryKey repository, Content... proven) {
        content.prove(repository, proofs(proven)).block(SOON);
    }

    private static Map<Digest, Proof> proofs(Content... proven) {
        return Stream.of(proven)
                .collect(Collectors.toMap(PinnedContentTest::digest, each -> new Proof(Instant.EPOCH, null, -1)));
    }

    private static Digest digest(Content content) {
        return Digest.parse(content.digest());
    }

    /** Remembers what is pinned, and nothing else. */
    private static final class PinnedBlobs extends NoBlobs {

        private final Set<Digest> pinned = ConcurrentHashMap.newKeySet();

        @Override
        public void pin(Digest digest) {
            pinned.add(digest);
        }
    }
}
