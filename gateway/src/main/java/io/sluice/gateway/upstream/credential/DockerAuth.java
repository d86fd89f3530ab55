package io.sluice.gateway.upstream.credential;

import io.sluice.gateway.error.UpstreamCredentialsException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What {@code auths} has for one registry; it shows nothing. */
final class DockerAuth {

    private final Map<String, String> fields;

    DockerAuth(Map<String, String> fields) {
        this.fields = fields;
    }

    /** @throws UpstreamCredentialsException if it is no name and password */
    Credential credential(String registry) {
        if (fields.containsKey("identitytoken") || fields.containsKey("registrytoken")) {
            throw new UpstreamCredentialsException("the docker-config of the route has an identity token for "
                    + registry + ", which is not supported; expected a name and a password");
        }
        String pair = fields.containsKey("auth") ? decoded(fields.get("auth")) : written();
        int colon = pair == null ? -1 : pair.indexOf(':');
        if (pair == null || colon <= 0 || colon == pair.length() - 1) {
            throw new UpstreamCredentialsException(
                    "what the docker-config of the route has for " + registry + " is no name and password");
        }
        return new Credential(pair.substring(0, colon), pair.substring(colon + 1));
    }

    private @Nullable String written() {
        return fields.containsKey("username") && fields.containsKey("password")
                ? fields.get("username") + ":" + fields.get("password")
                : null;
    }

    /** Old versions of Docker have filled it up with zeros. */
    private static @Nullable String decoded(@Nullable String auth) {
        try {
            String pair = new String(Base64.getDecoder().decode(String.valueOf(auth)), StandardCharsets.UTF_8);
            int zero = pair.indexOf('\0');
            return zero < 0 ? pair : pair.substring(0, zero);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
