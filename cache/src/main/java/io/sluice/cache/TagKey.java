package io.sluice.cache;

import io.sluice.oci.Accept;
import io.sluice.oci.Tag;

/**
 * A tag as one kind of client sees it: an upstream may answer the same tag differently to another {@code Accept}.
 *
 * @param repository the repository
 * @param tag the tag
 * @param accept what the client takes
 */
public record TagKey(RepositoryKey repository, Tag tag, Accept accept) {

    @Override
    public String toString() {
        return repository + ":" + tag;
    }
}
