package io.sluice.gateway.pull;

import io.sluice.cache.ContentKey;
import io.sluice.cache.RepositoryKey;
import io.sluice.oci.Digest;
import io.sluice.oci.RepositoryName;
import io.sluice.oci.Tag;

/**
 * The repository that is pulled from.
 *
 * @param upstream where its content comes from
 * @param name what it is called there
 */
public record PullTarget(Upstream upstream, RepositoryName name) {

    public RepositoryKey key() {
        return new RepositoryKey(upstream.scope(), name);
    }

    /** How long a tag of it is believed. */
    TagFreshness freshness(Tag tag) {
        return upstream.freshness(name, tag);
    }

    /** How long a tag of it is believed whose bytes are not held. */
    TagFreshness freshnessOfUnheld(Tag tag) {
        return upstream.tags().freshnessOfUnheld(name, tag);
    }

    /** How long a tag of it is believed whose bytes are held. */
    TagFreshness freshnessOfHeld(Tag tag) {
        return upstream.freshnessOfHeld(name, tag);
    }

    public ContentKey content(Digest digest) {
        return new ContentKey(key(), digest);
    }
}
