package io.sluice.gateway.pull;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A list of tags or of referrers, as the upstream sent it.
 *
 * @param body the document, not re-serialised
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
        CacheStatus status) {}
