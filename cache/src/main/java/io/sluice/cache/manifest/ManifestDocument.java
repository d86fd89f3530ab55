package io.sluice.cache.manifest;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is read out of a manifest. It is only ever read: what clients get are the original bytes.
 *
 * @param schemaVersion the schema's version, or 0 when it is not given
 * @param mediaType the media type that the document gives itself, or null
 * @param artifactType the type of the artifact (OCI image-spec 1.1), or null
 * @param subject the manifest that it refers to (OCI image-spec 1.1), or null
 * @param parts which of the parts that tell the kinds of manifest apart it has
 * @param manifests the children of an index, in their order
 * @param blobs the config and the layers of an image, in the order of the document; those of schema 1 too
 */
public record ManifestDocument(
        int schemaVersion,
        @Nullable String mediaType,
        @Nullable String artifactType,
        @Nullable Descriptor subject,
        Set<Part> parts,
        List<Descriptor> manifests,
        List<Descriptor> blobs) {

    /** How many descriptors are read, children and blobs together; those behind are left out. */
    public static final int MAX_DESCRIPTORS = 4096;

    /** How deep a document may be nested. */
    public static final int MAX_DEPTH = 100;

    /** A member of the document that only some kinds of manifest have. */
    public enum Part {
        MANIFESTS,
        LAYERS,
        CONFIG,
        FS_LAYERS
    }

    public ManifestDocument {
        parts = Set.copyOf(parts);
        manifests = List.copyOf(manifests);
        blobs = List.copyOf(blobs);
    }

    /**
     * Reads a manifest. It is work for the CPU, up to tens of milliseconds for the largest.
     *
     * @throws InvalidManifestException when the body is not one JSON object, is nested deeper than {@value #MAX_DEPTH},
     *     or could be read in two ways: a member of the top level given twice, or a known one in other letters
     */
    public static ManifestDocument read(Manifest manifest) {
        return read(manifest.array());
    }

    static ManifestDocument read(byte[] body) {
        return ManifestReader.read(body);
    }

    /** Whether it lists manifests and is nothing else as well. */
    public boolean isIndex() {
        return parts.equals(Set.of(Part.MANIFESTS));
    }

    /** Whether it could be taken for an index by one client and for an image by another (T03, CVE-2021-41190). */
    boolean isAmbiguous() {
        return parts.contains(Part.MANIFESTS) && parts.size() > 1;
    }
}
