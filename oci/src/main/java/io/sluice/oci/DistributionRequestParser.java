package io.sluice.oci;

import io.sluice.oci.DistributionRequest.BlobRequest;
import io.sluice.oci.DistributionRequest.ManifestRequest;
import io.sluice.oci.DistributionRequest.Ping;
import io.sluice.oci.DistributionRequest.ReferrersRequest;
import io.sluice.oci.DistributionRequest.TagsRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
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
        if (!mount.isEmpty() && !RepositoryName.isValid(mount.substring(1))) {
            throw invalidName(rawPath);
        }
        String rest = rawPath.substring(root + ROOT.length());
        if (rest.isEmpty() || rest.equals("/")) {
            return new Ping();
        }
        return endpoint(mount, rest.substring(1), Query.parse(rawQuery));
    }

    private static DistributionRequest endpoint(String mount, String path, Query query) {
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
        if (isUpload(path, slashBefore, verb)) {
            throw unsupported(path);
        }
        String name = path.substring(0, slashBefore);
        return switch (verb) {
            case "manifests" -> new ManifestRequest(repository(mount, name, query), Reference.parse(object));
            case "blobs" -> new BlobRequest(repository(mount, name, query), Digest.parse(object));
            case "referrers" ->
                new ReferrersRequest(repository(mount, name, query), Digest.parse(object), query.artifactType);
            case "tags" -> {
                if (!object.equals("list")) {
                    throw unknownEndpoint(path);
                }
                yield new TagsRequest(repository(mount, name, query), query.n, query.last);
            }
            default -> throw RepositoryName.isValid(path) ? unknownEndpoint(path) : invalidName(path);
        };
    }

    private static RequestedRepository repository(String mount, String name, Query query) {
        return new RequestedRepository(mount, RepositoryName.parse(name), query.namespace);
    }

    /** {@code …/blobs/uploads/} and {@code …/blobs/uploads/<session>}. */
    private static boolean isUpload(String path, int slashBefore, String verb) {
        return verb.equals("uploads") && path.substring(0, slashBefore).endsWith("/blobs");
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
            if (c == '%' && isInDigest(rawPath, i)) {
                throw new MalformedRequestException(
                        OciError.Code.DIGEST_INVALID,
                        "invalid digest",
                        rawPath,
                        "a digest that is not percent-encoded");
            }
            if (c <= ' ' || c > '~' || c == '%' || c == '\\') {
                throw invalidName(rawPath);
            }
        }
    }

    private static boolean isInDigest(String rawPath, int percent) {
        String object = rawPath.substring(rawPath.lastIndexOf('/') + 1);
        return percent >= rawPath.length() - object.length() && object.regionMatches(true, 0, "sha", 0, 3);
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

    /** The query parameters that mean something; all others are passed over. */
    private record Query(
            @Nullable String namespace,
            @Nullable Integer n,
            @Nullable String last,
            @Nullable String artifactType) {

        private static final Query NONE = new Query(null, null, null, null);

        static Query parse(@Nullable String rawQuery) {
            if (rawQuery == null || rawQuery.isEmpty()) {
                return NONE;
            }
            String count = single(rawQuery, "n");
            return new Query(
                    single(rawQuery, "ns"),
                    count == null ? null : pageSize(count),
                    single(rawQuery, "last"),
                    single(rawQuery, "artifactType"));
        }

        /** The decoded value of a parameter that may stand once, or null. */
        private static @Nullable String single(String rawQuery, String name) {
            String found = null;
            for (String parameter : rawQuery.split("&")) {
                int equals = parameter.indexOf('=');
                String key = equals < 0 ? parameter : parameter.substring(0, equals);
                if (!key.equals(name)) {
                    continue;
                }
                if (found != null) {
                    throw new MalformedRequestException(
                            OciError.Code.NAME_UNKNOWN, "repeated parameter", parameter, "'" + name + "' once");
                }
                found = equals < 0 ? "" : decode(parameter.substring(equals + 1));
            }
            return found;
        }

        private static String decode(String value) {
            try {
                return URLDecoder.decode(value, StandardCharsets.UTF_8);
            } catch (IllegalArgumentException e) {
                throw new MalformedRequestException(
                        OciError.Code.NAME_INVALID, "undecodable query", value, "percent-encoded UTF-8");
            }
        }

        private static int pageSize(String text) {
            if (text.isEmpty() || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
                throw new MalformedRequestException(
                        OciError.Code.PAGINATION_NUMBER_INVALID, "invalid page size", text, "n as a whole number");
            }
            return text.length() > 9 ? Integer.MAX_VALUE : Integer.parseInt(text);
        }
    }
}
