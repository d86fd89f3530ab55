package io.sluice.gateway.route;

import io.sluice.cache.manifest.Manifest;
import io.sluice.cache.manifest.ManifestDescriptor;
import io.sluice.gateway.pull.PulledManifest;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/**
 * What a client is told of a manifest, whichever way the answer goes to it.
 *
 * @param status the status
 * @param body the body, or null where the headers are all
 */
record ManifestAnswer(HttpStatus status, @Nullable ByteBuffer body) {

    private static final ManifestAnswer NOT_MODIFIED = new ManifestAnswer(HttpStatus.NOT_MODIFIED, null);
    private static final ManifestAnswer HEADERS = new ManifestAnswer(HttpStatus.OK, null);

    /**
     * The answer, and its headers.
     *
     * @param head whether the client asked for the headers alone
     * @param known the lines of {@code If-None-Match}
     * @param headers takes them
     */
    static ManifestAnswer of(PulledManifest pulled, boolean head, List<String> known, AnswerHeaders headers) {
        ManifestDescriptor descriptor = pulled.descriptor();
        headers.describe(pulled.status());
        headers.describe(descriptor.digest());
        if (EntityTag.isAmong(known, descriptor.digest())) {
            return NOT_MODIFIED;
        }
        describe(descriptor, headers);
        if (pulled.manifest() == null) {
            return HEADERS;
        }
        replay(pulled.manifest(), headers);
        return head
                ? HEADERS
                : new ManifestAnswer(HttpStatus.OK, pulled.manifest().bytes());
    }

    /** What the upstream did not say of a manifest whose bytes are not held is left out. */
    private static void describe(ManifestDescriptor descriptor, AnswerHeaders headers) {
        if (!descriptor.mediaType().isEmpty()) {
            headers.set(AnswerHeaders.CONTENT_TYPE, descriptor.mediaType());
        }
        if (descriptor.size() >= 0) {
            headers.set(AnswerHeaders.CONTENT_LENGTH, Long.toString(descriptor.size()));
        }
    }

    /** The one header that is kept; whatever else a store may come up with is not for clients (T25). */
    private static void replay(Manifest manifest, AnswerHeaders headers) {
        String lastModified = manifest.headers().get("last-modified");
        if (lastModified != null) {
            headers.set(AnswerHeaders.LAST_MODIFIED, lastModified);
        }
    }
}
