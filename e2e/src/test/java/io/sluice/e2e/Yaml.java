package io.sluice.e2e;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * A node of a YAML document, which may be absent.
 *
 * @param node a map, a list, a value, or {@code null}
 */
record Yaml(@Nullable Object node) {

    static Yaml parse(String text) {
        return new Yaml(new org.yaml.snakeyaml.Yaml(new SafeConstructor(new LoaderOptions())).load(text));
    }

    /** What a map has under a key. */
    Yaml at(String key) {
        return new Yaml(node instanceof Map<?, ?> map ? map.get(key) : null);
    }

    /** The keys of a map. */
    Set<String> keys() {
        Set<String> keys = new TreeSet<>();
        if (node instanceof Map<?, ?> map) {
            map.keySet().forEach(key -> keys.add(Objects.toString(key)));
        }
        return keys;
    }

    /** The elements of a list. */
    List<Yaml> elements() {
        return node instanceof List<?> list ? list.stream().map(Yaml::new).toList() : List.of();
    }

    /** The elements of a list of values. */
    List<String> texts() {
        return elements().stream().map(Yaml::text).toList();
    }

    /** A map of values. */
    Map<String, String> values() {
        Map<String, String> values = new TreeMap<>();
        keys().forEach(key -> values.put(key, at(key).text()));
        return values;
    }

    /** A value. */
    String text() {
        return Objects.toString(node, "");
    }
}
