package io.sluice.oci;

import io.sluice.oci.DistributionRequest.BlobRequest;
import io.sluice.oci.DistributionRequest.ManifestRequest;
import io.sluice.oci.DistributionRequest.Ping;
import io.sluice.oci.DistributionRequest.ReferrersRequest;
import io.sluice.oci.DistributionRequest.TagsRequest;
import org.jspecify.annotations.Nullable;

/**
 * Reads a request from its raw path and query: what is percent-encoded in a path is refused, not decoded, so that
 * nothing means one thing here and another upstream (T13).
 *
 * <table>
 * <caption>The endpoints</caption>
 * <tr><th>path, behind an optional mount</th><th>becomes</th></tr>
 * <tr><td>{@code /v2}, {@code /v2/}</td><td>{@link Ping}</td></tr>
 * <tr><td>{@code /v2/<name>/manifests/<tag or digest>}</td><td>{@link ManifestRequest}</td></tr>
 * <tr><td>{@code /v2/<name>/blobs/<digest>}</td><td>{@link BlobRequest}</td></tr>
 * <tr><td>{@code /v2/<name>/tags/list}</td><td>{@link TagsRequest}</td></tr>
 * <tr><td>{@code /v2/<name>/referrers/<digest>}</td><td>{@link ReferrersRequest}</td></tr>
 * <tr><td>{@code /v2/_catalog} and every path for writing</td><td>{@code UNSUPPORTED}</td></tr>
 * <tr><td>anything else behind {@code /v2/}</td><td>{@code NAME_UNKNOWN}</td></tr>
 * </table>
 *
 * <p>A mount is a path in front of {@code /v2}, such as {@code /docker.io} in {@code /docker.io/v2/…}; the first
 * component {@code v2} ends it.
 */
public final class DistributionRequestParser {

    private static final String ROOT = "/v2";

    private DistributionRequestParser() {}

    /** Whether a raw path belongs to this protocol at all: some component of it is {@code v2}. */
    public static boolean claims(String rawPath) {
        return rootOf(rawPath) >= 0;
    }

    /**
     * Reads a request that {@link #claims(String) belongs to the protocol}.
     *
     * @param rawPath the path as it came over the wire
     * @param rawQuery the query as it came over the wire, or null
     * @throws MalformedRequestException with the code to answer with
     */
    public static DistributionRequest parse(String rawPath, @Nullable String rawQuery) {
        requirePlain(rawPath);
        int root = rootOf(rawPath);
        if (root < 0) {
            throw unknownEndpoint(rawPath);
        }
        String mount = rawPath.substring(0, root);
        if (!isMount(mount)) {
            throw invalidName(rawPath);
        }
        String rest = rawPath.substring(root + ROOT.length());
        if (rest.isEmpty() || rest.equals("/")) {
            return new Ping();
        }
        return endpoint(mount, rest.substring(1), new RawQuery(rawQuery == null ? "" : rawQuery));
    }

    private static boolean isMount(String mount) {
        return mount.isEmpty() || mount.charAt(0) == '/' && RepositoryName.isValid(mount.substring(1));
    }

    private static DistributionRequest endpoint(String mount, String path, RawQuery query) {
        if (path.equals("_catalog")) {
            throw unsupported(path);
        }
        int lastSlash = path.lastIndexOf('/');
        int slashBefore = path.lastIndexOf('/', lastSlash - 1);
        if (slashBefore <= 0) {
            throw path.contains("//") || path.startsWith("/") ? invalidName(path) : unknownEndpoint(path);
        }
        String verb = path.substring(slashBefore + 1, lastSlash);
        String object = path.substring(lastSlash + 1);
        if (isUpload(path, slashBefore, verb, object)) {
            throw unsupported(path);
        }
        String name = path.substring(0, slashBefore);
        return switch (verb) {
            case "manifests" -> new ManifestRequest(repository(mount, name, query), Reference.parse(object));
            case "blobs" -> new BlobRequest(repository(mount, name, query), Digest.parse(object));
            case "referrers" ->
                new ReferrersRequest(
                        repository(mount, name, query), Digest.parse(object), query.artifactType(), query.page());
            case "tags" -> {
                if (!object.equals("list")) {
                    throw unknownEndpoint(path);
                }
                yield new TagsRequest(repository(mount, name, query), query.pageSize(), query.last(), query.page());
            }
            default -> throw RepositoryName.isValid(path) ? unknownEndpoint(path) : invalidName(path);
        };
    }

    private static RequestedRepository repository(String mount, String name, RawQuery query) {
        return new RequestedRepository(mount, RepositoryName.parse(name), query.namespace());
    }

    /** {@code …/blobs/uploads}, {@code …/blobs/uploads/} and {@code …/blobs/uploads/<session>}. */
    private static boolean isUpload(String path, int slashBefore, String verb, String object) {
        return verb.equals("blobs") && object.equals("uploads")
                || verb.equals("uploads") && path.startsWith("/blobs", slashBefore - "/blobs".length());
    }

    private static int rootOf(String rawPath) {
        int at = -1;
        do {
            at = rawPath.indexOf(ROOT, at + 1);
            if (at < 0) {
                return -1;
            }
        } while (at + ROOT.length() < rawPath.length() && rawPath.charAt(at + ROOT.length()) != '/');
        return at;
    }

    /** Refuses what a later reader could take for something else: encoded, non-ASCII and control characters, {@code \}. */
    private static void requirePlain(String rawPath) {
        for (int i = 0; i < rawPath.length(); i++) {
            char c = rawPath.charAt(i);
            if (c <= ' ' || c > '~' || c == '%' || c == '\\') {
                throw isWithinDigest(rawPath, i) ? invalidDigest(rawPath) : invalidName(rawPath);
            }
        }
    }

    /** Whether a position lies in the last component, and that is, or was meant to be, a digest. */
    private static boolean isWithinDigest(String rawPath, int position) {
        int lastSlash = rawPath.lastIndexOf('/');
        return position > lastSlash && Digest.isMeantBy(rawPath.substring(lastSlash + 1));
    }

    private static MalformedRequestException invalidDigest(String path) {
        return new MalformedRequestException(
                OciError.Code.DIGEST_INVALID, "invalid digest", path, "a digest in plain ASCII, nothing encoded");
    }

    private static MalformedRequestException invalidName(String path) {
        return new MalformedRequestException(
                OciError.Code.NAME_INVALID,
                "invalid repository name",
                path,
                "lower-case components separated by single '/', nothing encoded");
    }

    private static MalformedRequestException unknownEndpoint(String path) {
        return new MalformedRequestException(
                OciError.Code.NAME_UNKNOWN,
                "no such endpoint",
                path,
                "<name>/manifests/<reference>, <name>/blobs/<digest>, <name>/tags/list or <name>/referrers/<digest>");
    }

    private static MalformedRequestException unsupported(String path) {
        return new MalformedRequestException(
                OciError.Code.UNSUPPORTED,
                "not served",
                path,
                "a pull; this registry is read-only and lists no catalog");
    }
}
