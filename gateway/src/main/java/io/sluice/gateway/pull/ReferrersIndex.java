package io.sluice.gateway.pull;

import io.sluice.cache.manifest.Manifest;
import io.sluice.oci.Digest;
import io.sluice.oci.MalformedRequestException;
import io.sluice.oci.MediaTypes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * A list of referrers as a document of our own: an OCI index whose descriptors are the very bytes that some other document
 * has them in (OCI distribution-spec 1.1, Listing Referrers).
 */
final class ReferrersIndex {

    private static final String HEAD =
            "{\"schemaVersion\":2,\"mediaType\":\"" + MediaTypes.OCI_INDEX + "\",\"manifests\":[";
    private static final String TAIL = "]}";

    private ReferrersIndex() {}

    /**
     * A referrer.
     *
     * @param digest its digest
     * @param artifactType the type of the artifact, or null where it has none
     * @param descriptor its descriptor, JSON
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by digest
    record Entry(Digest digest, @Nullable String artifactType, byte[] descriptor) {

        boolean is(@Nullable String wanted) {
            return wanted == null || wanted.equals(artifactType);
        }
    }

    /**
     * The descriptors of an index that have a digest, in its order.
     *
     * @throws io.sluice.gateway.error.InvalidContentException when it is none
     */
    static List<Entry> read(byte[] index) {
        List<Entry> entries = new ArrayList<>();
        ListJson.read(index, (name, json) -> {
            if (name.equals("manifests")) {
                ListJson.elements(json, () -> take(index, json, entries));
            } else {
                json.skipChildren();
            }
        });
        return entries;
    }

    private static void take(byte[] index, JsonParser json, List<Entry> entries) {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            json.skipChildren();
            return;
        }
        int start = (int) json.currentTokenLocation().getByteOffset();
        Map<String, String> texts = texts(Set.of("digest", "artifactType"), json);
        Digest digest = digest(texts.get("digest"));
        if (digest != null) {
            entries.add(new Entry(digest, texts.get("artifactType"), behind(index, start, json)));
        }
    }

    /** Of the object that the parser stands on, the texts by these names; what is no object has none. */
    private static Map<String, String> texts(Set<String> names, JsonParser json) {
        Map<String, String> texts = new HashMap<>();
        if (json.currentToken() != JsonToken.START_OBJECT) {
            json.skipChildren();
            return texts;
        }
        ListJson.members(json, (name, value) -> {
            String text = names.contains(name) ? ListJson.text(value) : null;
            if (text != null) {
                texts.put(name, text);
            }
            if (!names.contains(name)) {
                value.skipChildren();
            }
        });
        return texts;
    }

    private static byte[] behind(byte[] document, int start, JsonParser json) {
        int end = (int) json.currentLocation().getByteOffset();
        return Arrays.copyOfRange(document, start, end);
    }

    private static @Nullable Digest digest(@Nullable String text) {
        try {
            return text == null ? null : Digest.parse(text);
        } catch (MalformedRequestException e) {
            return null;
        }
    }

    /** What a held manifest is as a referrer, or null where it does not refer to the subject. */
    static @Nullable Entry describe(Manifest manifest, Digest subject) {
        byte[] bytes = new byte[manifest.size()];
        manifest.bytes().get(bytes);
        Referrer referrer = new Referrer();
        ListJson.read(bytes, (name, json) -> referrer.take(bytes, name, json));
        return subject.text().equals(referrer.subject) ? referrer.entry(manifest) : null;
    }

    /** The parts of a manifest that its descriptor tells. */
    private static final class Referrer {

        private @Nullable String subject;
        private @Nullable String artifactType;
        private @Nullable String configType;
        private byte @Nullable [] annotations;

        void take(byte[] document, String name, JsonParser json) {
            switch (name) {
                case "artifactType" -> artifactType = ListJson.text(json);
                case "subject" -> subject = member("digest", json);
                case "config" -> configType = member("mediaType", json);
                case "annotations" -> annotations = object(document, json);
                default -> json.skipChildren();
            }
        }

        private static @Nullable String member(String wanted, JsonParser json) {
            return texts(Set.of(wanted), json).get(wanted);
        }

        private static byte @Nullable [] object(byte[] document, JsonParser json) {
            boolean isObject = json.currentToken() == JsonToken.START_OBJECT;
            int start = (int) json.currentTokenLocation().getByteOffset();
            json.skipChildren();
            return isObject ? behind(document, start, json) : null;
        }

        Entry entry(Manifest manifest) {
            String type = artifactType == null || artifactType.isEmpty() ? configType : artifactType;
            byte[] start = ListJson.write(json -> {
                json.writeStartObject();
                json.writeStringProperty("mediaType", manifest.mediaType());
                json.writeNumberProperty("size", manifest.size());
                json.writeStringProperty("digest", manifest.digest().text());
                if (type != null) {
                    json.writeStringProperty("artifactType", type);
                }
                json.writeEndObject();
            });
            return new Entry(manifest.digest(), type, withAnnotations(start));
        }

        private byte[] withAnnotations(byte[] descriptor) {
            byte[] copied = annotations;
            if (copied == null) {
                return descriptor;
            }
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            out.write(descriptor, 0, descriptor.length - 1);
            out.writeBytes(",\"annotations\":".getBytes(StandardCharsets.US_ASCII));
            out.writeBytes(copied);
            out.write('}');
            return out.toByteArray();
        }
    }

    /** An index of referrers. */
    static byte[] write(Collection<Entry> entries) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(HEAD.getBytes(StandardCharsets.US_ASCII));
        boolean first = true;
        for (Entry entry : entries) {
            if (!first) {
                out.write(',');
            }
            first = false;
            out.writeBytes(entry.descriptor());
        }
        out.writeBytes(TAIL.getBytes(StandardCharsets.US_ASCII));
        return out.toByteArray();
    }
}
