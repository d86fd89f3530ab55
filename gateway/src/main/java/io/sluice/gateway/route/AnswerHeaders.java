package io.sluice.gateway.route;

import io.sluice.gateway.pull.CacheStatus;
import io.sluice.oci.Digest;
import org.springframework.http.HttpHeaders;

/** The headers of an answer that is being put together, whatever it is made for. */
@FunctionalInterface
interface AnswerHeaders {

    String DIGEST = "Docker-Content-Digest";
    String CACHE_STATUS = "Cache-Status";
    String NAMESPACE = "OCI-Namespace";

    /** Sets one, in place of any other of its name. */
    void set(String name, String value);

    /** Says how the cache handled the request. */
    default void describe(CacheStatus status) {
        set(CACHE_STATUS, status.headerValue());
        if (status.isStale()) {
            set(HttpHeaders.WARNING, "299 - \"stale: not confirmed by the upstream\"");
        }
    }

    /** Says which content it is. */
    default void describe(Digest digest) {
        set(DIGEST, digest.text());
        set(HttpHeaders.ETAG, EntityTag.of(digest));
    }

    /** Names the namespace that decided (OCI distribution-spec, Registry Proxying). */
    default void describeNamespace(String namespace) {
        set(NAMESPACE, namespace);
    }
}
