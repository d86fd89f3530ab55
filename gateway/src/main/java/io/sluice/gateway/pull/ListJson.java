package io.sluice.gateway.pull;

import io.sluice.gateway.error.InvalidContentException;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/** The JSON of lists, read token by token and within limits, so that a long list never becomes a tree of objects. */
final class ListJson {

    private static final int MAX_DEPTH = 100;
    private static final int MAX_NAME_LENGTH = 4096;

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxDocumentLength(UpstreamLists.MAX_BYTES)
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNameLength(MAX_NAME_LENGTH)
                    .maxStringLength(UpstreamLists.MAX_BYTES)
                    .build())
            .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
            .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
            .build();

    private ListJson() {}

    /** Takes one member; the parser stands on the first token of its value, and must be left on the last. */
    interface Member {

        void take(String name, JsonParser json);
    }

    /** Writes a document. */
    interface Document {

        void writeTo(JsonGenerator json);
    }

    /**
     * Reads the members of the object that the bytes are.
     *
     * @throws InvalidContentException when they are not one object within the limits
     */
    static void read(byte[] bytes, Member member) {
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), bytes)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new InvalidContentException("the list is not a JSON object");
            }
            members(json, member);
            if (json.nextToken() != null) {
                throw new InvalidContentException("something follows the JSON object of the list");
            }
        } catch (JacksonException e) {
            throw new InvalidContentException("the list is not JSON within the limits");
        }
    }

    /** Reads the members of the object that the parser stands on. */
    static void members(JsonParser json, Member member) {
        String name;
        while ((name = json.nextName()) != null) {
            json.nextToken();
            member.take(name, json);
        }
    }

    /** Takes the elements of the array that the parser stands on; what is no array has none. */
    static void elements(JsonParser json, Runnable element) {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            json.skipChildren();
            return;
        }
        while (json.nextToken() != JsonToken.END_ARRAY) {
            element.run();
        }
    }

    /** The text that the parser stands on, or null when it is no text; arrays and objects are skipped. */
    static @Nullable String text(JsonParser json) {
        if (json.currentToken() == JsonToken.VALUE_STRING) {
            return json.getString();
        }
        json.skipChildren();
        return null;
    }

    static byte[] write(Document document) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            document.writeTo(json);
        }
        return out.toByteArray();
    }
}
