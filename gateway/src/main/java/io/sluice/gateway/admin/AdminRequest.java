package io.sluice.gateway.admin;

import io.sluice.oci.MalformedRequestException;
import io.sluice.oci.Reference;
import io.sluice.oci.RepositoryName;
import java.util.Collection;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What is to be forgotten or asked for anew: {@code {"route": …, "repository": …, "reference": …, "bytes": …}}.
 *
 * @param route the name of a route
 * @param repository what the repository is called at the upstream
 * @param reference a tag or a digest; null for all of the repository
 * @param bytes whether the bytes behind a digest are meant too
 */
record AdminRequest(
        String route, RepositoryName repository, @Nullable Reference reference, boolean bytes) {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Set<String> KEYS = Set.of("route", "repository", "reference", "bytes");

    /** @throws IllegalArgumentException when it is none, with what is wrong for its sender */
    static AdminRequest parse(byte[] json) {
        JsonNode node = read(json);
        Collection<String> names = node.propertyNames();
        if (!node.isObject() || !KEYS.containsAll(names)) {
            throw new IllegalArgumentException("expected a JSON object with route, repository, and if wanted reference"
                    + " and bytes, and nothing else");
        }
        JsonNode bytes = node.get("bytes");
        if (bytes != null && !bytes.isBoolean()) {
            throw new IllegalArgumentException("bytes: expected true or false");
        }
        try {
            return new AdminRequest(
                    text(node, "route"),
                    RepositoryName.parse(text(node, "repository")),
                    node.has("reference") ? Reference.parse(text(node, "reference")) : null,
                    bytes != null && bytes.booleanValue());
        } catch (MalformedRequestException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static JsonNode read(byte[] json) {
        try {
            return JSON.readTree(json);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("expected JSON", e);
        }
    }

    private static String text(JsonNode node, String key) {
        JsonNode value = node.get(key);
        if (value == null || !value.isString()) {
            throw new IllegalArgumentException(key + ": expected a text");
        }
        return value.stringValue();
    }

    /** The route, cut and without what could forge a line of the log; all else has a grammar. */
    private String printableRoute() {
        return route.matches("[a-z0-9]{1,64}") ? route : "?";
    }

    @Override
    public String toString() {
        return printableRoute() + ":" + repository + (reference == null ? "" : " " + reference.text())
                + (bytes ? " with its bytes" : "");
    }
}
