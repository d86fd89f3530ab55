package io.sluice.gateway.upstream;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.sluice.oci.Digest;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * One request as it goes over the wire. Its headers are all that is sent; none comes from a client (T31).
 *
 * @param method GET or HEAD
 * @param url where to
 * @param dial which addresses may be dialled
 * @param accept the value of {@code Accept}, or null
 * @param range the value of {@code Range}, or null
 * @param authorization what to authenticate with
 * @param blob the blob that the answer is, or is a part of; null when it is anything else
 */
record Call(
        RegistryRequest.Method method,
        URI url,
        Dial dial,
        @Nullable String accept,
        @Nullable String range,
        Authorization authorization,
        @Nullable Digest blob) {

    private static final String USER_AGENT = "sluice/" + version();

    /** A GET of the token endpoint. */
    static Call token(URI url, Dial dial, Authorization authorization) {
        return new Call(RegistryRequest.Method.GET, url, dial, "application/json", null, authorization, null);
    }

    /** A GET of the registry's root, which is where it says how to authenticate. */
    static Call ping(URI url, Dial dial) {
        return new Call(RegistryRequest.Method.GET, url, dial, null, null, Authorization.NONE, null);
    }

    /** Whether the answer may be as long as a layer, and take as long. */
    boolean fetchesBlob() {
        return blob != null;
    }

    String host() {
        return url.getHost();
    }

    boolean isHead() {
        return method == RegistryRequest.Method.HEAD;
    }

    HttpMethod httpMethod() {
        return isHead() ? HttpMethod.HEAD : HttpMethod.GET;
    }

    void writeTo(HttpHeaders headers) {
        headers.set(HttpHeaderNames.USER_AGENT, USER_AGENT);
        headers.set(HttpHeaderNames.ACCEPT_ENCODING, HttpHeaderValues.IDENTITY);
        setUnlessNull(headers, HttpHeaderNames.ACCEPT, accept);
        setUnlessNull(headers, HttpHeaderNames.RANGE, range);
        setUnlessNull(headers, HttpHeaderNames.AUTHORIZATION, authorization.value());
    }

    private static void setUnlessNull(HttpHeaders headers, CharSequence name, @Nullable String value) {
        if (value != null) {
            headers.set(name, value);
        }
    }

    private static String version() {
        String version = Call.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    /** Without path and query: a presigned URL is a credential (T20). */
    @Override
    public String toString() {
        return method + " " + Origin.of(url);
    }
}
