package io.sluice.gateway.route;

import io.sluice.oci.RepositoryName;
import io.sluice.oci.RequestedRepository;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * From the client's words to the upstream's: the path that led here is taken off, and a name of one component is put into
 * the default namespace.
 *
 * @param paths the prefixes, each with a leading slash, the longest first
 * @param defaultNamespace what stands before a name of one component, or null for nothing
 */
record RepositoryRewrite(List<String> paths, @Nullable String defaultNamespace) {

    RepositoryRewrite {
        paths = paths.stream()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
    }

    /**
     * What the repository is called at the upstream.
     *
     * @throws io.sluice.oci.MalformedRequestException with {@code NAME_INVALID} when it is too long in its namespace
     */
    RepositoryName apply(RequestedRepository requested) {
        String name = requested.mount().isEmpty()
                ? withoutPath(requested.name().text())
                : requested.name().text();
        boolean bare = defaultNamespace != null && name.indexOf('/') < 0;
        return RepositoryName.parse(bare ? defaultNamespace + "/" + name : name);
    }

    private String withoutPath(String name) {
        for (String path : paths) {
            int length = path.length();
            if (name.length() >= length && name.charAt(length - 1) == '/' && name.startsWith(path.substring(1))) {
                return name.substring(length);
            }
        }
        return name;
    }
}
