package io.sluice.cache.manifest;

import io.sluice.cache.manifest.ManifestDocument.Part;
import io.sluice.oci.Digest;
import io.sluice.oci.MalformedRequestException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Reads one manifest; what is of no interest is skipped, descriptors with an unusable digest too. */
final class ManifestReader {

    private static final int MAX_TYPE_LENGTH = 255;

    private static final List<String> KNOWN =
            List.of("schemaVersion", "mediaType", "artifactType", "manifests", "layers", "config", "fsLayers");

    private final Set<Part> parts = EnumSet.noneOf(Part.class);
    private final List<Descriptor> manifests = new ArrayList<>();
    private final List<Descriptor> blobs = new ArrayList<>();
    private int schemaVersion;
    private @Nullable String mediaType;
    private @Nullable String artifactType;
    private @Nullable Descriptor subject;

    private ManifestReader() {}

    static ManifestDocument read(byte[] body) {
        ManifestReader reader = new ManifestReader();
        ManifestJson.read(body, (name, start, json) -> reader.take(name, json));
        return new ManifestDocument(
                reader.schemaVersion,
                reader.mediaType,
                reader.artifactType,
                reader.subject,
                reader.parts,
                reader.manifests,
                reader.blobs);
    }

    private void take(String name, JsonParser json) {
        refuseOtherLetters(name);
        switch (name) {
            case "schemaVersion" -> schemaVersion = (int) Math.min(ManifestJson.number(json, 0), Integer.MAX_VALUE);
            case "mediaType" -> mediaType = mediaType(json);
            case "artifactType" -> artifactType = ManifestJson.text(json);
            case "manifests" -> takeAll(Part.MANIFESTS, "digest", manifests, json);
            case "layers" -> takeAll(Part.LAYERS, "digest", blobs, json);
            case "fsLayers" -> takeAll(Part.FS_LAYERS, "blobSum", blobs, json);
            case "config" -> takeConfig(json);
            case "subject" -> takeSubject(json);
            default -> json.skipChildren();
        }
    }

    /** Go's decoder would read {@code Layers} as {@code layers}, others would not. */
    private static void refuseOtherLetters(String name) {
        for (String known : KNOWN) {
            if (known.equalsIgnoreCase(name) && !known.equals(name)) {
                throw new InvalidManifestException("it has \"" + name + "\" for \"" + known + "\"");
            }
        }
    }

    private static @Nullable String mediaType(JsonParser json) {
        JsonToken token = json.currentToken();
        if (token != JsonToken.VALUE_STRING && token != JsonToken.VALUE_NULL) {
            throw new InvalidManifestException("its mediaType is no text");
        }
        String text = ManifestJson.text(json);
        return text == null || text.isEmpty() ? null : text;
    }

    private void takeConfig(JsonParser json) {
        parts.add(Part.CONFIG);
        takeDescriptor("digest", blobs, json);
    }

    private void takeSubject(JsonParser json) {
        List<Descriptor> subjects = new ArrayList<>();
        takeDescriptor("digest", subjects, json);
        subject = subjects.isEmpty() ? null : subjects.getFirst();
    }

    private void takeAll(Part part, String digestName, List<Descriptor> into, JsonParser json) {
        parts.add(part);
        if (json.currentToken() != JsonToken.START_ARRAY) {
            json.skipChildren();
            return;
        }
        while (json.nextToken() != JsonToken.END_ARRAY) {
            takeDescriptor(digestName, into, json);
        }
    }

    private void takeDescriptor(String digestName, List<Descriptor> into, JsonParser json) {
        if (json.currentToken() != JsonToken.START_OBJECT || isFull()) {
            json.skipChildren();
            return;
        }
        Digest digest = null;
        String type = null;
        long size = -1;
        String name;
        while ((name = json.nextName()) != null) {
            json.nextToken();
            if (name.equals(digestName)) {
                digest = digest(ManifestJson.text(json));
            } else if (name.equals("mediaType")) {
                type = ManifestJson.text(json);
            } else if (name.equals("size")) {
                size = ManifestJson.number(json, -1);
            } else {
                json.skipChildren();
            }
        }
        if (digest != null) {
            into.add(new Descriptor(digest, type == null || type.length() > MAX_TYPE_LENGTH ? null : type, size));
        }
    }

    private boolean isFull() {
        return manifests.size() + blobs.size() >= ManifestDocument.MAX_DESCRIPTORS;
    }

    private static @Nullable Digest digest(@Nullable String text) {
        try {
            return text == null ? null : Digest.parse(text);
        } catch (MalformedRequestException e) {
            return null;
        }
    }
}
