package io.sluice.gateway.pull;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The next page that an upstream's {@code Link} leads to, reduced to its query: the client is led to our own path, never
 * to the upstream or to a host that the upstream names (T18).
 *
 * <p>Parameters of the specification stay as they are. A registry that pages by parameters of its own, such as Quay's
 * {@code next_page}, gets them back as they were: they travel as one parameter {@code page}.
 */
final class NextPage {

    private static final int MAX_LENGTH = 4 * 1024;
    private static final Pattern NEXT =
            Pattern.compile("<([^<>\\s]*)>\\s*;\\s*rel=\"?next\"?", Pattern.CASE_INSENSITIVE);
    private static final Set<String> SPECIFIED = Set.of("n", "last", "artifactType");

    private NextPage() {}

    /**
     * The query of the next page on our own path, or null.
     *
     * @param link the value of a {@code Link} header (RFC 8288), or null
     */
    static @Nullable String queryOf(@Nullable String link) {
        String query = upstreamQueryOf(link);
        return query == null ? null : onOurPath(query);
    }

    /** The upstream's own query of the next page, encoded, or null. */
    static @Nullable String upstreamQueryOf(@Nullable String link) {
        if (link == null || link.length() > MAX_LENGTH) {
            return null;
        }
        Matcher matcher = NEXT.matcher(link);
        if (!matcher.find()) {
            return null;
        }
        try {
            String query = URI.create(matcher.group(1)).getRawQuery();
            return query == null || query.isEmpty() ? null : query;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** The same page on our own path. */
    static String onOurPath(String query) {
        boolean specified = Arrays.stream(query.split("&"))
                .map(parameter -> parameter.split("=", 2)[0])
                .allMatch(SPECIFIED::contains);
        return specified ? query : "page=" + URLEncoder.encode(query, StandardCharsets.UTF_8);
    }
}
