package io.sluice.gateway.cluster;

import io.sluice.oci.Digest;
import io.sluice.oci.MalformedRequestException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What one replica asks another for: {@code GET /v1/<extent>/<digest>}, with {@code Range: bytes=<from>-} unless it is all.
 *
 * @param extent which blobs
 * @param digest the blob
 * @param from the first byte that is wanted
 */
public record BlobQuery(Extent extent, Digest digest, long from) {

    private static final Pattern PATH = Pattern.compile("/v1/(held|led)/([^/?#]{1,256})");
    private static final Pattern RANGE = Pattern.compile("bytes=(0|[1-9][0-9]{0,15})-");

    /** Which blobs are meant. */
    public enum Extent {
        /** Those that are whole and verified. */
        HELD,
        /** Those too that are arriving, as long as the other replica leads. */
        LED
    }

    /** What a request asks for, or nothing when it asks for nothing that there is. */
    static Optional<BlobQuery> of(String path, @Nullable String range) {
        Matcher where = PATH.matcher(path);
        Matcher from = RANGE.matcher(range == null ? "bytes=0-" : range);
        if (!where.matches() || !from.matches()) {
            return Optional.empty();
        }
        try {
            Extent extent = Extent.valueOf(where.group(1).toUpperCase(Locale.ROOT));
            return Optional.of(new BlobQuery(extent, Digest.parse(where.group(2)), Long.parseLong(from.group(1))));
        } catch (MalformedRequestException e) {
            return Optional.empty();
        }
    }

    String path() {
        return "/v1/" + extent.name().toLowerCase(Locale.ROOT) + "/" + digest.text();
    }

    /** The value of {@code Range}, or null for all. */
    @Nullable
    String range() {
        return from == 0 ? null : "bytes=" + from + "-";
    }
}
