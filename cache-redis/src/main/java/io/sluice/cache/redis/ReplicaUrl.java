package io.sluice.cache.redis;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.regex.Pattern;

/** Where a replica is reached, as it lies in Redis: {@code http} or {@code https}, a host, and a port if there is one. */
final class ReplicaUrl {

    private static final int MAX_LENGTH = 300;
    private static final int MAX_PORT = 65_535;

    private static final Pattern SYNTAX = Pattern.compile("https?://([a-z0-9.-]+|\\[[0-9a-f:.]+])(:[0-9]{1,5})?");

    private ReplicaUrl() {}

    /** The URL, or nothing when it is none: whoever can write to Redis may have written it (T25). */
    static Optional<URI> parse(String text) {
        if (text.length() > MAX_LENGTH || !SYNTAX.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            URI url = new URI(text);
            boolean isRight = url.getHost() != null && url.getPort() != 0 && url.getPort() <= MAX_PORT;
            return isRight ? Optional.of(url) : Optional.empty();
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }
}
