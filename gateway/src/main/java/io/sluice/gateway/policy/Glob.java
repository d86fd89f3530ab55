package io.sluice.gateway.policy;

/**
 * A pattern in which {@code *} stands for any characters, slashes included, also for none; everything else stands for
 * itself. Matching takes time in proportion to the pattern times the text, whatever the pattern is.
 *
 * @param text the pattern as written
 */
record Glob(String text) {

    private static final char ANY = '*';

    /** Whether all of a text matches. */
    boolean matches(String candidate) {
        int at = 0;
        int in = 0;
        int star = -1;
        int starMatchedTo = 0;
        while (in < candidate.length()) {
            if (at < text.length() && text.charAt(at) == ANY) {
                star = at;
                starMatchedTo = in;
                at++;
            } else if (at < text.length() && text.charAt(at) == candidate.charAt(in)) {
                at++;
                in++;
            } else if (star >= 0) {
                at = star + 1;
                starMatchedTo++;
                in = starMatchedTo;
            } else {
                return false;
            }
        }
        return isAny(at);
    }

    /** Whether the rest of the pattern matches nothing. */
    private boolean isAny(int from) {
        return text.chars().skip(from).allMatch(c -> c == ANY);
    }

    @Override
    public String toString() {
        return text;
    }
}
