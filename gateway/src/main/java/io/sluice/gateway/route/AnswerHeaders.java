package io.sluice.gateway.route;

import io.netty.util.AsciiString;
import io.sluice.gateway.pull.CacheStatus;
import io.sluice.oci.Digest;
import org.springframework.http.HttpHeaders;

/**
 * The headers of an answer that is being put together, whatever it is made for. Their names are Netty's strings, which keep
 * the hash by which Netty's headers are found.
 */
@FunctionalInterface
interface AnswerHeaders {

    AsciiString DIGEST = AsciiString.cached("Docker-Content-Digest");
    AsciiString CACHE_STATUS = AsciiString.cached("Cache-Status");
    AsciiString NAMESPACE = AsciiString.cached("OCI-Namespace");
    AsciiString WARNING = AsciiString.cached(HttpHeaders.WARNING);
    AsciiString ETAG = AsciiString.cached(HttpHeaders.ETAG);
    AsciiString CONTENT_TYPE = AsciiString.cached(HttpHeaders.CONTENT_TYPE);
    AsciiString CONTENT_LENGTH = AsciiString.cached(HttpHeaders.CONTENT_LENGTH);
    AsciiString CONTENT_RANGE = AsciiString.cached(HttpHeaders.CONTENT_RANGE);
    AsciiString ACCEPT_RANGES = AsciiString.cached(HttpHeaders.ACCEPT_RANGES);
    AsciiString LAST_MODIFIED = AsciiString.cached(HttpHeaders.LAST_MODIFIED);

    /** Sets one, in place of any other of its name. */
    void set(AsciiString name, String value);

    /** Says how the cache handled the request. */
    default void describe(CacheStatus status) {
        set(CACHE_STATUS, status.headerValue());
        if (status.isStale()) {
            set(WARNING, "299 - \"stale: not confirmed by the upstream\"");
        }
    }

    /** Says which content it is. */
    default void describe(Digest digest) {
        set(DIGEST, digest.text());
        set(ETAG, EntityTag.of(digest));
    }

    /** Says which blob it is, and that ranges of it can be had. */
    default void describeBlob(Digest digest) {
        describe(digest);
        set(ACCEPT_RANGES, "bytes");
    }

    /**
     * Says what the body is; what nobody knows of it is left out.
     *
     * @param mediaType empty when nobody knows
     * @param length bytes, or -1 when nobody knows
     */
    default void describeBody(String mediaType, long length) {
        if (!mediaType.isEmpty()) {
            set(CONTENT_TYPE, mediaType);
        }
        if (length >= 0) {
            set(CONTENT_LENGTH, Long.toString(length));
        }
    }

    /** Names the namespace that decided (OCI distribution-spec, Registry Proxying). */
    default void describeNamespace(String namespace) {
        set(NAMESPACE, namespace);
    }
}
