package io.sluice.gateway.upstream;

import java.net.URI;
import java.util.Locale;

/**
 * Scheme, host and port of a URL: what has to be the same for a credential to be sent (T08).
 *
 * @param scheme {@code http} or {@code https}
 * @param host the host, lower-case
 * @param port the port, also where the URL leaves it out
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6454#section-4">RFC 6454, section 4</a>
 */
record Origin(String scheme, String host, int port) {

    /** The origin of a URL that has a scheme and a host. */
    static Origin of(URI url) {
        String scheme = url.getScheme().toLowerCase(Locale.ROOT);
        int port = url.getPort() >= 0 ? url.getPort() : scheme.equals("https") ? 443 : 80;
        return new Origin(scheme, url.getHost().toLowerCase(Locale.ROOT), port);
    }

    /** A URL of this origin. */
    URI resolve(String pathAndQuery) {
        return URI.create(this + pathAndQuery);
    }

    /** The host, and the port unless it is the usual one. */
    String authority() {
        boolean usual = port == (scheme.equals("https") ? 443 : 80);
        return host + (usual ? "" : ":" + port);
    }

    @Override
    public String toString() {
        return scheme + "://" + authority();
    }
}
