package io.sluice.gateway.pull;

import java.net.URI;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The next page that an upstream's {@code Link} leads to, reduced to its query: the client is led to our own path, never
 * to the upstream or to a host that the upstream names (T18).
 */
final class NextPage {

    private static final int MAX_LENGTH = 4 * 1024;
    private static final Pattern NEXT =
            Pattern.compile("<([^<>\\s]*)>\\s*;\\s*rel=\"?next\"?", Pattern.CASE_INSENSITIVE);

    /** What a query may consist of when it is repeated in a header. */
    private static final Pattern PLAIN_QUERY = Pattern.compile("[A-Za-z0-9._~%!$&'()*+,;=:@/?-]+");

    private NextPage() {}

    /**
     * The query of the next page, or null.
     *
     * @param link the value of a {@code Link} header (RFC 8288), or null
     */
    static @Nullable String queryOf(@Nullable String link) {
        if (link == null || link.length() > MAX_LENGTH) {
            return null;
        }
        Matcher matcher = NEXT.matcher(link);
        if (!matcher.find()) {
            return null;
        }
        try {
            URI target = URI.create(matcher.group(1));
            String query = target.getRawQuery();
            return query != null && PLAIN_QUERY.matcher(query).matches() ? query : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
