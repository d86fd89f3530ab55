package io.sluice.gateway.upstream;

import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Status and headers of a 2xx answer of an upstream, untrusted.
 *
 * @param status the status, 200 to 299
 * @param headers the headers, as received
 */
public record ResponseHead(int status, HttpHeaders headers) {

    /** The first value of a header, or null. */
    public @Nullable String header(String name) {
        return headers.get(name);
    }

    /** The announced length of the body, bytes, or -1 when there is none, or none that is a number. */
    public long contentLength() {
        String value = headers.get("Content-Length");
        if (value == null
                || value.isEmpty()
                || value.length() > 18
                || !value.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return -1;
        }
        return Long.parseLong(value);
    }
}
