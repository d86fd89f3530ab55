package io.sluice.cache.manifest;

import io.sluice.cache.RepositoryKey;
import io.sluice.cache.TagKey;
import io.sluice.oci.Accept;
import io.sluice.oci.Tag;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Where tags point, for each kind of client. Written only from answers of the upstream that the key's route names (T02).
 *
 * <p>No call blocks its caller, and none fails because the index does.
 */
public interface TagIndex {

    /** How many pointers of one repository are told at once. */
    int MAX_POINTERS = 10_000;

    /** The pointer, or empty. */
    Mono<TagPointer> find(TagKey key);

    /** What {@link #find} would tell at once, without asking anyone; null says nothing. */
    default @Nullable TagPointer inMemory(TagKey key) {
        return null;
    }

    /** The pointers of a tag for every Accept that was asked with; an empty map when there is none. */
    Mono<Map<Accept, TagPointer>> variants(RepositoryKey repository, Tag tag);

    /**
     * The pointers of the tags of a repository: up to {@value #MAX_POINTERS}, or fewer than there are. What only another
     * replica has learnt of need not be among them.
     */
    Mono<Map<TagKey, TagPointer>> pointers(RepositoryKey repository);

    /** The tags of a repository, as far as {@link #pointers} tells them. */
    default Mono<Set<Tag>> tags(RepositoryKey repository) {
        return pointers(repository)
                .map(pointers -> pointers.keySet().stream().map(TagKey::tag).collect(Collectors.toUnmodifiableSet()));
    }

    /** Keeps a pointer; when the Mono completes, {@link #find} of this process sees it. */
    Mono<Void> put(TagKey key, TagPointer pointer);

    /** Forgets a tag, for every Accept. */
    Mono<Void> remove(RepositoryKey repository, Tag tag);
}
