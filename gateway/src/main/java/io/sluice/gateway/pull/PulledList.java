package io.sluice.gateway.pull;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A list of tags or of referrers: as the upstream sent it, or a document of our own.
 *
 * @param body the document; every call gives a buffer of its own, read-only
 * @param mediaType its media type
 * @param nextPage the query of the next page, encoded, or null on the last one
 * @param filtersApplied the value of {@code OCI-Filters-Applied}, or null
 * @param status how the cache came by it
 */
public record PulledList(
        ByteBuffer body,
        String mediaType,
        @Nullable String nextPage,
        @Nullable String filtersApplied,
        CacheStatus status) {

    /** A whole list that is kept in a document of our own. */
    static PulledList of(byte[] document, String mediaType) {
        return new PulledList(ByteBuffer.wrap(document), mediaType, null, null, CacheStatus.STORED);
    }

    @Override
    public ByteBuffer body() {
        return body.asReadOnlyBuffer();
    }

    /** The length of the document, bytes. */
    int size() {
        return body.remaining();
    }

    byte[] bytes() {
        byte[] bytes = new byte[size()];
        body().get(bytes);
        return bytes;
    }

    PulledList withBody(byte[] other) {
        return new PulledList(ByteBuffer.wrap(other), mediaType, nextPage, filtersApplied, status);
    }

    PulledList withNextPage(@Nullable String query) {
        return new PulledList(body, mediaType, query, filtersApplied, status);
    }

    PulledList withFiltersApplied(@Nullable String filters) {
        return new PulledList(body, mediaType, nextPage, filters, status);
    }

    PulledList withStatus(CacheStatus other) {
        return new PulledList(body, mediaType, nextPage, filtersApplied, other);
    }
}
