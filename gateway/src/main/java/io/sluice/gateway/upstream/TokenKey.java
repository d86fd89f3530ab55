package io.sluice.gateway.upstream;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What a token is for. The scope is always what we need, never what the registry proposes.
 *
 * @param realm the token endpoint
 * @param service the registry's name at the token endpoint, or null
 * @param scope what the token allows, such as {@code repository:library/alpine:pull}
 * @see <a href="https://distribution.github.io/distribution/spec/auth/token/">Distribution registry token
 *     authentication</a>
 */
record TokenKey(URI realm, @Nullable String service, String scope) {

    /** The URL that gives the token. */
    URI url() {
        StringBuilder url = new StringBuilder(realm.toString());
        url.append(realm.getRawQuery() == null ? '?' : '&');
        if (service != null) {
            url.append("service=").append(encode(service)).append('&');
        }
        return URI.create(url.append("scope=").append(encode(scope)).toString());
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public String toString() {
        return "TokenKey[" + realm.getHost() + ", " + scope + "]";
    }
}
