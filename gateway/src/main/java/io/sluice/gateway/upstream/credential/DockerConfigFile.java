package io.sluice.gateway.upstream.credential;

import io.sluice.gateway.error.UpstreamCredentialsException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * What is wanted of Docker's {@code config.json}; it shows nothing.
 *
 * @see <a href="https://docs.docker.com/reference/cli/docker/#docker-cli-configuration-file-configjson-properties">
 *     config.json</a>
 */
final class DockerConfigFile {

    private static final JsonFactory JSON = new JsonFactory();

    private final Map<String, DockerAuth> auths = new HashMap<>();
    private final Map<String, String> helpers = new HashMap<>();
    private @Nullable String store;

    private DockerConfigFile() {}

    /** @throws UpstreamCredentialsException if it is no JSON object */
    static DockerConfigFile parse(byte[] json) {
        DockerConfigFile config = new DockerConfigFile();
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                config.read(parser);
                return config;
            }
        } catch (JacksonException ignored) {
            // said below, without what is in it
        }
        throw new UpstreamCredentialsException("the docker-config of the route is no JSON object");
    }

    private void read(JsonParser parser) {
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            parser.nextToken();
            switch (name) {
                case "auths" -> readAuths(parser);
                case "credHelpers" -> readHelpers(parser);
                case "credsStore" -> store = text(parser);
                default -> parser.skipChildren();
            }
        }
    }

    private void readAuths(JsonParser parser) {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return;
        }
        for (String registry = parser.nextName(); registry != null; registry = parser.nextName()) {
            parser.nextToken();
            auths.put(registry, new DockerAuth(texts(parser)));
        }
    }

    private void readHelpers(JsonParser parser) {
        helpers.putAll(texts(parser));
    }

    /** The texts of an object by their names; nothing of what is no object. */
    private static Map<String, String> texts(JsonParser parser) {
        Map<String, String> texts = new HashMap<>();
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return texts;
        }
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            parser.nextToken();
            String text = text(parser);
            if (text != null) {
                texts.put(name, text);
            }
        }
        return texts;
    }

    private static @Nullable String text(JsonParser parser) {
        String text = parser.currentToken() == JsonToken.VALUE_STRING ? parser.getString() : null;
        parser.skipChildren();
        return text == null || text.isEmpty() ? null : text;
    }

    /** The last part of the name of the program that has the credential of a registry, or null if none is named. */
    @Nullable
    String program(String registry) {
        String helper = helpers.get(registry);
        return helper == null ? store : helper;
    }

    /** @throws UpstreamCredentialsException if there is none, or one that is no name and password */
    Credential credential(String registry) {
        DockerAuth auth = auths.get(registry);
        if (auth == null) {
            auth = auths.entrySet().stream()
                    .filter(entry -> host(entry.getKey()).equals(host(registry)))
                    .map(Map.Entry::getValue)
                    .findFirst()
                    .orElse(null);
        }
        if (auth == null) {
            throw new UpstreamCredentialsException("the docker-config of the route has nothing for " + registry);
        }
        return Objects.requireNonNull(auth).credential(registry);
    }

    /** Docker has written keys with scheme and path as well. */
    private static String host(String key) {
        String rest = key.substring(key.indexOf("://") < 0 ? 0 : key.indexOf("://") + 3);
        int slash = rest.indexOf('/');
        return slash < 0 ? rest : rest.substring(0, slash);
    }
}
