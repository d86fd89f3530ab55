package io.sluice.cache.manifest;

import static io.sluice.cache.manifest.Samples.digest;
import static io.sluice.cache.manifest.Samples.manifest;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.oci.Digest;
import io.sluice.oci.Digest.Algorithm;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/** What every {@link ManifestStore} promises. */
public abstract class ManifestStoreContract {

    private static final Duration SOON = Duration.ofSeconds(20);

    /** The store under test; the same one throughout a test, empty at first. */
    protected abstract ManifestStore store();

    @Test
    void whatIsKeptComesBackExactlyAsItWas() {
        Manifest list = Samples.list();

        store().put(list).block(SOON);

        assertSame(find(list.digest()), list);
    }

    @Test
    void aSignedManifestComesBackUnderTheDigestOfItsPayload() {
        Manifest schema1 = Samples.schema1();

        store().put(schema1).block(SOON);

        assertSame(find(schema1.digest()), schema1);
        assertThat(find(Digest.hash(Algorithm.SHA256, Seeds.schema1()))).isEmpty();
    }

    @Test
    void aManifestUnderASha512DigestComesBack() {
        byte[] body = "{\"schemaVersion\":2}".getBytes(StandardCharsets.UTF_8);
        Digest digest = Digest.hash(Algorithm.SHA512, body);

        store().put(ManifestCheck.verify(digest, "application/vnd.example+json", body, Map.of()))
                .block(SOON);

        assertThat(find(digest)).isPresent();
        assertThat(find(Digest.hash(Algorithm.SHA256, body))).isEmpty();
    }

    @Test
    void theLargestManifestComesBack() {
        byte[] body = " ".repeat(Manifest.MAX_SIZE).getBytes(StandardCharsets.UTF_8);
        body[0] = '{';
        body[Manifest.MAX_SIZE - 1] = '}';
        Manifest largest = ManifestCheck.verify(null, "application/vnd.example+json", body, Map.of());

        store().put(largest).block(SOON);

        assertSame(find(largest.digest()), largest);
    }

    @Test
    void whatWasNeverKeptIsAMiss() {
        assertThat(find(digest(1))).isEmpty();
    }

    @Test
    void keepingAgainReplaces() {
        Manifest first = manifest(1, 10);
        store().put(first).block(SOON);
        byte[] body = new byte[first.size()];
        first.bytes().get(body);
        Manifest second = ManifestCheck.verify(first.digest(), first.mediaType(), body, Map.of("x-header", "new"));

        store().put(second).block(SOON);

        assertThat(find(first.digest()))
                .get()
                .satisfies(found -> assertThat(found.headers()).containsEntry("x-header", "new"));
    }

    @Test
    void whatIsRemovedIsAMissAndCanBeKeptAgain() {
        Manifest manifest = manifest(1, 10);
        store().put(manifest).block(SOON);

        store().remove(manifest.digest()).block(SOON);
        assertThat(find(manifest.digest())).isEmpty();

        store().put(manifest).block(SOON);
        assertThat(find(manifest.digest())).isPresent();
    }

    @Test
    void removingWhatIsNotThereChangesNothing() {
        store().remove(digest(1)).block(SOON);

        assertThat(find(digest(1))).isEmpty();
    }

    @Test
    void manyCallersAtOnceFindWhatTheyKept() {
        Long found = Flux.range(0, 2_000)
                .flatMap(
                        i -> store().put(manifest(i % 500, 100))
                                .then(store().find(manifest(i % 500, 100).digest()))
                                .doOnNext(manifest -> assertSame(Optional.of(manifest), manifest(i % 500, 100)))
                                .subscribeOn(Schedulers.boundedElastic()),
                        32)
                .count()
                .block(SOON);

        assertThat(found).isEqualTo(2_000);
    }

    private Optional<Manifest> find(Digest digest) {
        Manifest inMemory = store().inMemory(digest);
        Optional<Manifest> found = store().find(digest).blockOptional(SOON);
        if (inMemory != null) {
            assertSame(found, inMemory);
        }
        return found;
    }

    private static void assertSame(Optional<Manifest> found, Manifest expected) {
        assertThat(found).get().satisfies(manifest -> {
            assertThat(manifest.descriptor()).isEqualTo(expected.descriptor());
            assertThat(manifest.bytes()).isEqualTo(expected.bytes());
            assertThat(manifest.headers()).isEqualTo(expected.headers());
        });
    }
}
