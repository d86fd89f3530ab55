package io.sluice.cache.embedded;

import io.sluice.cache.RepositoryKey;
import io.sluice.cache.TagKey;
import io.sluice.cache.manifest.TagIndex;
import io.sluice.cache.manifest.TagPointer;
import io.sluice.cache.record.TagFormat;
import io.sluice.oci.Accept;
import io.sluice.oci.Tag;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Tag pointers on a shelf. */
record EmbeddedTagIndex(Shelf<TagKey, TagPointer> shelf, TagFormat format) implements TagIndex {

    /** Clients choose their Accept; those of one tag that are looked at are no more than this. */
    private static final int MAX_VARIANTS = 64;

    @Override
    public Mono<TagPointer> find(TagKey key) {
        return shelf.find(key);
    }

    @Override
    public @Nullable TagPointer inMemory(TagKey key) {
        return shelf.inMemory(key);
    }

    @Override
    public Mono<Map<Accept, TagPointer>> variants(RepositoryKey repository, Tag tag) {
        return shelf.findAll(format.prefix(repository, tag), format::readKey, MAX_VARIANTS)
                .map(EmbeddedTagIndex::byAccept)
                .defaultIfEmpty(Map.of());
    }

    private static Map<Accept, TagPointer> byAccept(Map<TagKey, TagPointer> pointers) {
        Map<Accept, TagPointer> variants = new HashMap<>();
        pointers.forEach((key, pointer) -> variants.put(key.accept(), pointer));
        return Map.copyOf(variants);
    }

    @Override
    public Mono<Map<TagKey, TagPointer>> pointers(RepositoryKey repository) {
        return shelf.findAll(format.prefix(repository), format::readKey, MAX_POINTERS)
                .defaultIfEmpty(Map.of());
    }

    @Override
    public Mono<Void> put(TagKey key, TagPointer pointer) {
        return shelf.putAll(Map.of(key, pointer));
    }

    @Override
    public Mono<Void> remove(RepositoryKey repository, Tag tag) {
        return shelf.removeAll(
                format.prefix(repository, tag),
                key -> key.repository().equals(repository) && key.tag().equals(tag));
    }
}
