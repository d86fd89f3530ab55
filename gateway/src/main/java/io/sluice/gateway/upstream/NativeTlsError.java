package io.sluice.gateway.upstream;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What BoringSSL says of a failed handshake, in the words that the JDK has for it. */
final class NativeTlsError {

    private static final Pattern ERROR =
            Pattern.compile("error:\\p{XDigit}+:SSL routines:\\w+:(?<alert>(?:SSLV3|TLSV1)_ALERT_)?(?<what>\\w+)");

    private NativeTlsError() {}

    /** The other side's alert by its name (RFC 8446, section 6), else what was wrong; any other text as it is. */
    static String inPlainWords(String message) {
        Matcher error = ERROR.matcher(message);
        if (!error.matches()) {
            return message;
        }
        String what = error.group("what").toLowerCase(Locale.ROOT);
        return error.group("alert") == null ? what.replace('_', ' ') : "Received fatal alert: " + what;
    }
}
