package io.sluice.cache.manifest;

import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/**
 * One JSON object read member by member, within limits: UTF-8 only, at most {@link Manifest#MAX_SIZE} bytes, nested at
 * most {@link ManifestDocument#MAX_DEPTH} deep. Members are unique, without regard to case, because Go's decoder has
 * none: what one client reads from a document, every client must read.
 */
final class ManifestJson {

    private static final int MAX_NAME_LENGTH = 4096;
    private static final int MAX_STRING_LENGTH = Manifest.MAX_SIZE / 4;

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxDocumentLength(Manifest.MAX_SIZE)
                    .maxNestingDepth(ManifestDocument.MAX_DEPTH)
                    .maxNameLength(MAX_NAME_LENGTH)
                    .maxStringLength(MAX_STRING_LENGTH)
                    .build())
            .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
            .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
            .build();

    private ManifestJson() {}

    /** Takes one member; the parser stands on the first token of its value, and must be left on the last. */
    interface Member {

        /**
         * Takes it.
         *
         * @param start where its name begins, bytes from the start of the document
         */
        void take(String name, long start, JsonParser json);
    }

    /**
     * Reads the members of the object that the bytes are.
     *
     * @throws InvalidManifestException when they are not one object within the limits
     */
    static void read(byte[] bytes, Member member) {
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), bytes)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new InvalidManifestException("it is not a JSON object");
            }
            readMembers(json, member);
            if (json.nextToken() != null) {
                throw new InvalidManifestException("something follows the JSON object");
            }
        } catch (JacksonException e) {
            throw new InvalidManifestException("it is not JSON within the limits: " + e.getOriginalMessage());
        }
    }

    private static void readMembers(JsonParser json, Member member) {
        Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        String name;
        while ((name = json.nextName()) != null) {
            if (!names.add(name)) {
                throw new InvalidManifestException("it has \"" + name + "\" twice");
            }
            long start = json.currentTokenLocation().getByteOffset();
            json.nextToken();
            member.take(name, start, json);
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

    /** The whole number from 0 up that the parser stands on, or the other when it is none; what it is is skipped. */
    static long number(JsonParser json, long other) {
        if (json.currentToken() == JsonToken.VALUE_NUMBER_INT && fitsLong(json)) {
            long value = json.getLongValue();
            return value < 0 ? other : value;
        }
        json.skipChildren();
        return other;
    }

    private static boolean fitsLong(JsonParser json) {
        return json.getNumberType() == JsonParser.NumberType.INT || json.getNumberType() == JsonParser.NumberType.LONG;
    }
}
