package io.sluice.oci;

import java.util.Locale;
import java.util.Set;

/** The media types of manifests, and how a {@code Content-Type} is reduced to one. */
public final class MediaTypes {

    public static final String DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
    public static final String DOCKER_MANIFEST_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";
    public static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    public static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";

    /** Docker's schema 1, signed; its digest is that of the payload that the signature covers. */
    public static final String DOCKER_SCHEMA1_SIGNED = "application/vnd.docker.distribution.manifest.v1+prettyjws";

    /** Docker's schema 1 without its signature. */
    public static final String DOCKER_SCHEMA1 = "application/vnd.docker.distribution.manifest.v1+json";

    /** What blobs are served as, whatever the manifest calls them. */
    public static final String OCTET_STREAM = "application/octet-stream";

    /** The types that manifests of today have. */
    static final Set<String> CURRENT = Set.of(DOCKER_MANIFEST, DOCKER_MANIFEST_LIST, OCI_MANIFEST, OCI_INDEX);

    /** The two forms of schema 1. */
    static final Set<String> SCHEMA1 = Set.of(DOCKER_SCHEMA1_SIGNED, DOCKER_SCHEMA1);

    private static final String APPLICATION = "application/";

    /** The longest name behind {@code application/}, in characters. */
    private static final int MAX_NAME_LENGTH = 127;

    private MediaTypes() {}

    /** Whether it is one of the two forms of schema 1. */
    public static boolean isSchema1(String mediaType) {
        return SCHEMA1.contains(mediaType);
    }

    /**
     * Whether a document of this type can be a manifest: one of the known types, or another {@code application/*+json}
     * whose name is well-formed (RFC 6838, section 4.2).
     */
    public static boolean canBeManifest(String mediaType) {
        return CURRENT.contains(mediaType)
                || SCHEMA1.contains(mediaType)
                || mediaType.startsWith(APPLICATION)
                        && mediaType.endsWith("+json")
                        && isRestrictedName(mediaType, APPLICATION.length());
    }

    private static boolean isRestrictedName(String mediaType, int start) {
        if (mediaType.length() - start > MAX_NAME_LENGTH) {
            return false;
        }
        for (int i = start; i < mediaType.length(); i++) {
            char c = mediaType.charAt(i);
            boolean alphanumeric = c >= 'a' && c <= 'z' || c >= '0' && c <= '9';
            if (!alphanumeric && (i == start || "!#$&-^_.+".indexOf(c) < 0)) {
                return false;
            }
        }
        return true;
    }

    /** The media type of a {@code Content-Type} value: lower-case, without parameters. */
    public static String withoutParameters(String contentType) {
        int semicolon = contentType.indexOf(';');
        String type = semicolon < 0 ? contentType : contentType.substring(0, semicolon);
        return type.strip().toLowerCase(Locale.ROOT);
    }
}
