package io.sluice.gateway.route;

import io.sluice.cache.manifest.Manifest;
import io.sluice.cache.manifest.ManifestDescriptor;
import io.sluice.gateway.pull.BlobHead;
import io.sluice.gateway.pull.PulledManifest;
import io.sluice.oci.Digest;
import io.sluice.oci.MediaTypes;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/**
 * What a client is told of content of which the headers are all, or the bytes are in memory, whichever way the answer goes
 * to it.
 *
 * @param status the status
 * @param body the body, or null where the headers are all
 */
record ContentAnswer(HttpStatus status, @Nullable ByteBuffer body) {

    private static final ContentAnswer NOT_MODIFIED = new ContentAnswer(HttpStatus.NOT_MODIFIED, null);
    private static final ContentAnswer HEADERS = new ContentAnswer(HttpStatus.OK, null);

    /**
     * The answer about a manifest, and its headers.
     *
     * @param head whether the client asked for the headers alone
     * @param known the lines of {@code If-None-Match}
     * @param headers takes them
     */
    static ContentAnswer of(PulledManifest pulled, boolean head, List<String> known, AnswerHeaders headers) {
        ManifestDescriptor descriptor = pulled.descriptor();
        headers.describe(pulled.status());
        headers.describe(descriptor.digest());
        if (EntityTag.isAmong(known, descriptor.digest())) {
            return NOT_MODIFIED;
        }
        headers.describeBody(descriptor.mediaType(), descriptor.size());
        if (pulled.manifest() == null) {
            return HEADERS;
        }
        replay(pulled.manifest(), headers);
        return head
                ? HEADERS
                : new ContentAnswer(HttpStatus.OK, pulled.manifest().bytes());
    }

    /**
     * The answer about a blob, and its headers.
     *
     * @param bytes all of it, or null where the client asked for the headers alone
     * @param known the lines of {@code If-None-Match}
     * @param headers takes them
     */
    static ContentAnswer of(
            Digest digest, BlobHead head, @Nullable ByteBuffer bytes, List<String> known, AnswerHeaders headers) {
        headers.describe(head.status());
        headers.describeBlob(digest);
        if (EntityTag.isAmong(known, digest)) {
            return NOT_MODIFIED;
        }
        headers.describeBody(MediaTypes.OCTET_STREAM, head.size());
        return bytes == null ? HEADERS : new ContentAnswer(HttpStatus.OK, bytes);
    }

    /** The one header that is kept; whatever else a store may come up with is not for clients (T25). */
    private static void replay(Manifest manifest, AnswerHeaders headers) {
        String lastModified = manifest.headers().get("last-modified");
        if (lastModified != null) {
            headers.set(AnswerHeaders.LAST_MODIFIED, lastModified);
        }
    }
}
