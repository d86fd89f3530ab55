package io.sluice.gateway.route;

import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;

/**
 * The keys that mean something: those that were read. What is left over in the configuration is a mistake.
 *
 * <p>Keys are compared as Spring compares them: {@code freshFor}, {@code fresh-for} and {@code FRESHFOR} are one, and so
 * are all the elements of a list.
 */
final class KnownKeys {

    private static final Pattern INDEX_IN_VARIABLE = Pattern.compile("_\\d+(?=_|$)");
    private static final String ANY_INDEX = "_0";

    private final Map<String, String> values = new TreeMap<>();
    private final Set<String> sections = new HashSet<>();

    /** A key that has a value. */
    void addValue(ConfigurationPropertyName name) {
        values.put(uniform(name), name.toString());
    }

    /** A key that has keys below it, and nothing but an empty value of its own. */
    void addSection(ConfigurationPropertyName name) {
        sections.add(uniform(name));
    }

    boolean isValue(ConfigurationPropertyName name) {
        return values.containsKey(uniform(name));
    }

    boolean isSection(ConfigurationPropertyName name) {
        return sections.contains(uniform(name));
    }

    /** Whether an environment variable of this name reaches a key that has a value. */
    boolean isVariable(String variable) {
        String name = variable.toUpperCase(Locale.ROOT);
        Set<String> variables = allSpellings();
        return variables.contains(name)
                || variables.contains(INDEX_IN_VARIABLE.matcher(name).replaceAll(ANY_INDEX));
    }

    /** The keys, as they are documented. */
    Collection<String> keys() {
        return values.values();
    }

    /** The environment variables, in the spelling that Spring documents: without the dashes. */
    Set<String> variables() {
        return keys().stream().map(key -> variable(key, "")).collect(Collectors.toSet());
    }

    /** The older spelling as well, in which a dash becomes an underscore. */
    private Set<String> allSpellings() {
        return keys().stream()
                .flatMap(key -> Stream.of(variable(key, ""), variable(key, "_")))
                .collect(Collectors.toSet());
    }

    private static String variable(String key, String dash) {
        return key.replace("-", dash)
                .replace("[", ".")
                .replace("]", "")
                .replace('.', '_')
                .toUpperCase(Locale.ROOT);
    }

    private static String uniform(ConfigurationPropertyName name) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < name.getNumberOfElements(); i++) {
            text.append(name.isNumericIndex(i) ? "[]" : "." + name.getElement(i, Form.UNIFORM));
        }
        return text.toString();
    }
}
