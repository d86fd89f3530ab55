package io.sluice.gateway.upstream;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * The answer of a token endpoint: {@code {"token" or "access_token", "expires_in"}}; {@code issued_at} is passed over,
 * since it is told by another's clock.
 *
 * @param token the token
 * @param lifetime how long it is valid, from now
 */
record TokenAnswer(String token, Duration lifetime) {

    /** What the specification says where the endpoint says nothing. */
    static final Duration DEFAULT_LIFETIME = Duration.ofSeconds(60);

    /** What is said to be valid for longer is not believed to be. */
    static final Duration LONGEST_LIFETIME = Duration.ofHours(24);

    private static final JsonFactory JSON = new JsonFactory();

    /**
     * Reads an answer.
     *
     * @return the answer, or null if there is no token in it that could be sent in a header
     */
    static @Nullable TokenAnswer parse(byte[] body) {
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), body)) {
            return parser.nextToken() == JsonToken.START_OBJECT ? parseObject(parser) : null;
        } catch (JacksonException ignored) {
            return null;
        }
    }

    private static @Nullable TokenAnswer parseObject(JsonParser parser) {
        String token = null;
        String accessToken = null;
        Duration lifetime = DEFAULT_LIFETIME;
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            parser.nextToken();
            switch (name) {
                case "token" -> token = text(parser);
                case "access_token" -> accessToken = text(parser);
                case "expires_in" -> lifetime = lifetime(parser);
                default -> parser.skipChildren();
            }
        }
        String found = token == null ? accessToken : token;
        return found == null || !isSendable(found) ? null : new TokenAnswer(found, lifetime);
    }

    private static @Nullable String text(JsonParser parser) {
        String text = parser.currentToken() == JsonToken.VALUE_STRING ? parser.getString() : null;
        parser.skipChildren();
        return text;
    }

    /** As a number or as text; what is neither says nothing. */
    private static Duration lifetime(JsonParser parser) {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return DEFAULT_LIFETIME;
        }
        long seconds = parser.getValueAsLong(DEFAULT_LIFETIME.toSeconds());
        parser.skipChildren();
        return Duration.ofSeconds(Math.clamp(seconds, 0, LONGEST_LIFETIME.toSeconds()));
    }

    private static boolean isSendable(String token) {
        return !token.isEmpty() && token.chars().allMatch(c -> c > ' ' && c <= '~');
    }

    /** Without the token (T20). */
    @Override
    public String toString() {
        return "TokenAnswer[" + lifetime + "]";
    }
}
