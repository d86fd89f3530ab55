package io.sluice.gateway.upstream;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One way to authenticate that a registry offers in {@code WWW-Authenticate}.
 *
 * @param scheme the scheme, lower-case
 * @param parameters the parameters; names lower-case, values as they are meant
 */
record Challenge(String scheme, Map<String, String> parameters) {

    Challenge {
        parameters = Map.copyOf(parameters);
    }

    /** RFC 6750, as registries use it: the realm is a token endpoint. */
    boolean isBearer() {
        return scheme.equals("bearer");
    }

    /** RFC 7617. */
    boolean isBasic() {
        return scheme.equals("basic");
    }

    /** The value of a parameter, or null. */
    @Nullable
    String parameter(String name) {
        return parameters.get(name);
    }

    /** Without the parameters: a realm may carry a query (T20). */
    @Override
    public String toString() {
        return "Challenge[" + scheme + "]";
    }
}
