package io.sluice.cache.manifest;

import static io.sluice.cache.manifest.Samples.ALPINE;
import static io.sluice.cache.manifest.Samples.pointer;
import static io.sluice.cache.manifest.Samples.repository;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cache.RepositoryKey;
import io.sluice.cache.TagKey;
import io.sluice.oci.Accept;
import io.sluice.oci.MediaTypes;
import io.sluice.oci.Tag;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/** What every {@link TagIndex} promises. */
public abstract class TagIndexContract {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Tag LATEST = Tag.parse("latest");
    private static final Accept DOCKER =
            Accept.parse(List.of(MediaTypes.DOCKER_MANIFEST, MediaTypes.DOCKER_MANIFEST_LIST));
    private static final Accept HELM = Accept.parse(List.of("application/vnd.cncf.helm.config.v1+json"));
    private static final TagKey KEY = new TagKey(ALPINE, LATEST, DOCKER);

    /** The index under test; the same one throughout a test, empty at first. */
    protected abstract TagIndex index();

    /** Whether it tells the pointers of a repository; one for which that would cost too much tells none. */
    protected boolean tellsPointers() {
        return true;
    }

    @Test
    void aPointerComesBackAsItWas() {
        index().put(KEY, pointer(1)).block(SOON);
        index().put(with(Accept.ANY), pointer(2)).block(SOON);

        assertThat(find(KEY)).contains(pointer(1));
        assertThat(find(with(Accept.ANY))).contains(pointer(2));
    }

    @Test
    void whatWasNeverKeptIsAMiss() {
        assertThat(find(KEY)).isEmpty();
        assertThat(variants(ALPINE, LATEST)).isEmpty();
    }

    @Test
    void theLatestPointerWins() {
        index().put(KEY, pointer(1)).block(SOON);
        index().put(KEY, pointer(2)).block(SOON);

        assertThat(find(KEY)).contains(pointer(2));
        assertThat(variants(ALPINE, LATEST)).isEqualTo(Map.of(DOCKER, pointer(2)));
    }

    @Test
    @DisplayName("T36: a pointer is of one route, repository, tag and Accept")
    void aPointerIsOfOneKeyAlone() {
        index().put(KEY, pointer(1)).block(SOON);

        assertThat(find(new TagKey(repository("other", "library/alpine"), LATEST, DOCKER)))
                .isEmpty();
        assertThat(find(new TagKey(repository("dockerhub", "library/alpin"), Tag.parse("elatest"), DOCKER)))
                .isEmpty();
        assertThat(find(new TagKey(ALPINE, Tag.parse("lates"), DOCKER))).isEmpty();
        assertThat(find(with(HELM))).isEmpty();
    }

    @Test
    void theVariantsAreThoseOfTheTagAlone() {
        index().put(KEY, pointer(1)).block(SOON);
        index().put(with(Accept.ANY), pointer(2)).block(SOON);
        index().put(with(HELM), pointer(3)).block(SOON);
        index().put(new TagKey(ALPINE, Tag.parse("latest2"), DOCKER), pointer(4))
                .block(SOON);
        index().put(new TagKey(repository("dockerhub", "library/alpine2"), LATEST, DOCKER), pointer(5))
                .block(SOON);

        assertThat(variants(ALPINE, LATEST))
                .isEqualTo(Map.of(DOCKER, pointer(1), Accept.ANY, pointer(2), HELM, pointer(3)));
    }

    @Test
    void thePointersOfARepositoryAreItsOwn() {
        index().put(KEY, pointer(1)).block(SOON);
        index().put(with(HELM), pointer(2)).block(SOON);
        TagKey older = new TagKey(ALPINE, Tag.parse("3.20"), DOCKER);
        index().put(older, pointer(3)).block(SOON);
        index().put(new TagKey(repository("dockerhub", "library/alpine2"), LATEST, DOCKER), pointer(4))
                .block(SOON);
        index().put(new TagKey(repository("dockerhub", "library/alpin"), LATEST, DOCKER), pointer(5))
                .block(SOON);
        index().put(new TagKey(repository("other", "library/alpine"), LATEST, DOCKER), pointer(6))
                .block(SOON);

        assertThat(index().pointers(ALPINE).block(SOON))
                .isEqualTo(
                        tellsPointers()
                                ? Map.of(KEY, pointer(1), with(HELM), pointer(2), older, pointer(3))
                                : Map.of());
        assertThat(index().pointers(repository("dockerhub", "library/none")).block(SOON))
                .isEmpty();
    }

    @Test
    void aTagIsForgottenForEveryAccept() {
        TagKey other = new TagKey(ALPINE, Tag.parse("3.20"), DOCKER);
        index().put(KEY, pointer(1)).block(SOON);
        index().put(with(HELM), pointer(2)).block(SOON);
        index().put(other, pointer(3)).block(SOON);

        index().remove(ALPINE, LATEST).block(SOON);

        assertThat(find(KEY)).isEmpty();
        assertThat(find(with(HELM))).isEmpty();
        assertThat(variants(ALPINE, LATEST)).isEmpty();
        assertThat(find(other)).contains(pointer(3));
        index().put(KEY, pointer(4)).block(SOON);
        assertThat(find(KEY)).contains(pointer(4));
    }

    @Test
    void theTagsAreThoseOfTheRepositoryAlone() {
        index().put(KEY, pointer(1)).block(SOON);
        index().put(with(HELM), pointer(2)).block(SOON);
        index().put(new TagKey(ALPINE, Tag.parse("3.20"), DOCKER), pointer(3)).block(SOON);
        index().put(new TagKey(repository("dockerhub", "library/alpine2"), Tag.parse("2"), DOCKER), pointer(4))
                .block(SOON);
        index().put(new TagKey(repository("other", "library/alpine"), Tag.parse("5"), DOCKER), pointer(5))
                .block(SOON);

        assertThat(tags(ALPINE)).isEqualTo(tellsPointers() ? Set.of(LATEST, Tag.parse("3.20")) : Set.of());
        index().remove(ALPINE, LATEST).block(SOON);
        assertThat(tags(ALPINE)).isEqualTo(tellsPointers() ? Set.of(Tag.parse("3.20")) : Set.of());
        assertThat(tags(repository("dockerhub", "library/none"))).isEmpty();
    }

    private Set<Tag> tags(RepositoryKey repository) {
        return index().tags(repository).blockOptional(SOON).orElseThrow();
    }

    @Test
    void aPointerThatWasPutIsSeenByWhoeverAsksAfterwards() {
        Long seen = Flux.range(0, 1_000)
                .flatMap(
                        i -> {
                            TagKey key = new TagKey(ALPINE, Tag.parse("t" + i), DOCKER);
                            return index().find(key)
                                    .then(index().put(key, pointer(i)))
                                    .then(index().find(key))
                                    .filter(pointer(i)::equals)
                                    .subscribeOn(Schedulers.boundedElastic());
                        },
                        32)
                .count()
                .block(SOON);

        assertThat(seen).isEqualTo(1_000);
    }

    private static TagKey with(Accept accept) {
        return new TagKey(ALPINE, LATEST, accept);
    }

    private Optional<TagPointer> find(TagKey key) {
        TagPointer inMemory = index().inMemory(key);
        Optional<TagPointer> found = index().find(key).blockOptional(SOON);
        if (inMemory != null) {
            assertThat(found).contains(inMemory);
        }
        return found;
    }

    private Map<Accept, TagPointer> variants(RepositoryKey repository, Tag tag) {
        return index().variants(repository, tag).blockOptional(SOON).orElseThrow();
    }
}
