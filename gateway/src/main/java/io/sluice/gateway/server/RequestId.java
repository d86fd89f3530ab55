package io.sluice.gateway.server;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Names requests in logs: by the client's own id where it is harmless, otherwise by a random one (T19). */
final class RequestId {

    private static final Pattern HARMLESS = Pattern.compile("[A-Za-z0-9-]{1,64}");

    private RequestId() {}

    /** The id of a request, which may have come with one. */
    static String of(@Nullable String given) {
        return given != null && HARMLESS.matcher(given).matches() ? given : next();
    }

    /** A new id: 64 random bits, enough to tell log lines apart. */
    static String next() {
        return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    }
}
