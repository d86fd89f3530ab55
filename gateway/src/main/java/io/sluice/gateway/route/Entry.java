package io.sluice.gateway.route;

import java.util.regex.Pattern;

/**
 * A value of the configuration as somebody wrote it, placeholders resolved.
 *
 * @param key the full key
 * @param text the value
 * @param where file and line, or the environment variable
 */
record Entry(String key, String text, String where) {

    private static final int MAX_SHOWN = 120;

    private static final Pattern UNPRINTABLE = Pattern.compile("\\p{Cntrl}");

    /** The fault that the value is not what it should be. */
    Fault isNot(String expectation) {
        return problem("'" + shown() + "' is not " + expectation);
    }

    /** A fault of this key that does not repeat the value. */
    Fault problem(String problem) {
        return new Fault(key, where, problem);
    }

    /** The value as it may be printed: on one line, not too long, without the user and the query of a URL. */
    private String shown() {
        int at = text.lastIndexOf('@');
        String rest = at < 0 ? text : "…" + text.substring(at);
        int query = rest.indexOf('?');
        String plain = query < 0 ? rest : rest.substring(0, query) + "?…";
        String cut = plain.length() <= MAX_SHOWN ? plain : plain.substring(0, MAX_SHOWN) + "…";
        return UNPRINTABLE.matcher(cut).replaceAll("\uFFFD");
    }

    @Override
    public String toString() {
        return key + " (" + where + ")";
    }
}
