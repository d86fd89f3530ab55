package io.sluice.gateway.upstream;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Reads the challenges of a {@code WWW-Authenticate} line. Several may follow one another, separated by the same comma
 * that separates the parameters of one; what tells them apart is that a parameter has a {@code =} behind its name. What
 * does not follow the grammar ends the reading; the challenges before it count.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1">RFC 9110, section 11.6.1</a>
 */
final class ChallengeParser {

    /** How much of all lines together is read, characters. */
    static final int MAX_LENGTH = 8 * 1_024;

    private final String line;
    private final List<Challenge> challenges = new ArrayList<>();
    private int at;

    private ChallengeParser(String line) {
        this.line = line;
    }

    /** The challenges of all lines, in order. */
    static List<Challenge> parse(List<String> lines) {
        List<Challenge> challenges = new ArrayList<>();
        int left = MAX_LENGTH;
        for (String line : lines) {
            left -= line.length();
            if (left < 0) {
                break;
            }
            challenges.addAll(new ChallengeParser(line).read());
        }
        return challenges;
    }

    private List<Challenge> read() {
        skipSeparators();
        while (at < line.length()) {
            String scheme = token();
            boolean separated = at == line.length() || isSpace(line.charAt(at)) || line.charAt(at) == ',';
            if (scheme.isEmpty() || !separated) {
                break;
            }
            challenges.add(new Challenge(scheme.toLowerCase(Locale.ROOT), parameters()));
        }
        return challenges;
    }

    /** The parameters up to the next challenge, or to whatever is neither. */
    private Map<String, String> parameters() {
        Map<String, String> parameters = new HashMap<>();
        while (true) {
            skipSeparators();
            int start = at;
            String name = token();
            skipSpaces();
            if (name.isEmpty() || at == line.length() || line.charAt(at) != '=') {
                at = start;
                return parameters;
            }
            at++;
            skipSpaces();
            String value = at < line.length() && line.charAt(at) == '"' ? quoted() : token();
            parameters.putIfAbsent(name.toLowerCase(Locale.ROOT), value);
        }
    }

    private String token() {
        int start = at;
        while (at < line.length() && isTokenCharacter(line.charAt(at))) {
            at++;
        }
        return line.substring(start, at);
    }

    private String quoted() {
        StringBuilder value = new StringBuilder();
        at++;
        while (at < line.length() && line.charAt(at) != '"') {
            if (line.charAt(at) == '\\' && at + 1 < line.length()) {
                at++;
            }
            value.append(line.charAt(at));
            at++;
        }
        at = Math.min(at + 1, line.length());
        return value.toString();
    }

    private void skipSeparators() {
        while (at < line.length() && (isSpace(line.charAt(at)) || line.charAt(at) == ',')) {
            at++;
        }
    }

    private void skipSpaces() {
        while (at < line.length() && isSpace(line.charAt(at))) {
            at++;
        }
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t';
    }

    /** RFC 9110, section 5.6.2, and what realms without quotes are made of. */
    private static boolean isTokenCharacter(char c) {
        return c >= 'a' && c <= 'z'
                || c >= 'A' && c <= 'Z'
                || c >= '0' && c <= '9'
                || "!#$%&'*+-.^_`|~:/?".indexOf(c) >= 0;
    }
}
