package io.sluice.gateway.policy;

import io.sluice.oci.RepositoryName;
import io.sluice.oci.Tag;
import org.jspecify.annotations.Nullable;

/**
 * Repositories, or tags of them: {@code <repository>[:<tag>]}. In both {@code *} stands for any characters, slashes
 * included; everything else stands for itself. A repository is named as the upstream calls it.
 */
public final class ReferencePattern {

    /** What a pattern has to look like, for messages. */
    public static final String EXPECTATION =
            "<repository> or <repository>:<tag>, where * stands for any characters, such as library/* or *:latest";

    private static final String REPOSITORY = "[a-z0-9._/*-]+";
    private static final String TAG = "[a-zA-Z0-9._*-]+";
    private static final int MAX_LENGTH = RepositoryName.MAX_LENGTH + 1 + Tag.MAX_LENGTH;

    private final Glob repository;
    private final @Nullable Glob tag;

    private ReferencePattern(Glob repository, @Nullable Glob tag) {
        this.repository = repository;
        this.tag = tag;
    }

    /**
     * Reads a pattern.
     *
     * @throws IllegalArgumentException if it can match nothing; the message is for whoever wrote it
     */
    public static ReferencePattern parse(String text) {
        int colon = text.indexOf(':');
        String repository = colon < 0 ? text : text.substring(0, colon);
        String tag = colon < 0 ? null : text.substring(colon + 1);
        boolean isPattern =
                text.length() <= MAX_LENGTH && repository.matches(REPOSITORY) && (tag == null || tag.matches(TAG));
        if (!isPattern) {
            throw new IllegalArgumentException("'" + text + "' is no pattern; expected " + EXPECTATION);
        }
        return new ReferencePattern(new Glob(repository), tag == null ? null : new Glob(tag));
    }

    /** Whether it is about tags, and not about whole repositories. */
    public boolean namesTags() {
        return tag != null;
    }

    /** Whether it is about a repository, or about some of its tags. */
    public boolean matchesRepository(RepositoryName name) {
        return repository.matches(name.text());
    }

    /** Whether it is about a tag of a repository; one without a tag is about all of them. */
    public boolean matches(RepositoryName name, Tag candidate) {
        return matchesRepository(name) && (tag == null || tag.matches(candidate.text()));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ReferencePattern that && toString().equals(that.toString());
    }

    @Override
    public int hashCode() {
        return toString().hashCode();
    }

    @Override
    public String toString() {
        return tag == null ? repository.text() : repository.text() + ":" + tag.text();
    }
}
