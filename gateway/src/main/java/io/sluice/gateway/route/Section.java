package io.sluice.gateway.route;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.core.ResolvableType;

/** The keys below one name. Reading a key makes it known; an empty value is as good as none. */
final class Section {

    private static final Bindable<?> RECORDS = Bindable.of(ResolvableType.forClassWithGenerics(
            List.class, ResolvableType.forClassWithGenerics(Map.class, String.class, String.class)));

    private final ConfigurationText text;
    private final ConfigurationPropertyName name;

    Section(ConfigurationText text, ConfigurationPropertyName name) {
        this.text = text;
        this.name = name;
        text.known().addSection(name);
    }

    ConfigurationPropertyName name() {
        return name;
    }

    /** The full name of a key. */
    String key(String key) {
        return name.append(key).toString();
    }

    /** Where a key, or what is below it, was written; null when it was not. */
    @Nullable
    String where(String key) {
        return text.below(name.append(key)).stream()
                .findFirst()
                .map(Whereabouts::of)
                .orElse(null);
    }

    /** A fault of this section as a whole. */
    Fault problem(String problem) {
        String where =
                text.below(name).stream().findFirst().map(Whereabouts::of).orElse(null);
        return new Fault(name.toString(), where, problem);
    }

    Section section(String key) {
        return new Section(text, name.append(key));
    }

    /** The value of a key as it was written. */
    Optional<Entry> entry(String key) {
        ConfigurationPropertyName full = name.append(key);
        text.known().addValue(full);
        return text.bind(full, Bindable.of(String.class)).values().stream()
                .filter(entry -> !entry.text().isBlank())
                .findFirst();
    }

    /** The value of a key; empty too when it is wrong, which then is among the faults. */
    <T> Optional<T> value(String key, Syntax<T> syntax) {
        return entry(key).flatMap(entry -> syntax.parse(entry, text::fault));
    }

    /** The elements of a list as they were written. */
    Collection<Entry> list(String key) {
        ConfigurationPropertyName full = name.append(key);
        text.known().addValue(full);
        text.known().addValue(full.append("[0]"));
        return text.bind(full, Bindable.listOf(String.class)).values();
    }

    /**
     * The elements of a list of records as they were written: of each the values by key, empty ones left out. A key of a
     * section in a record has the section's name and a dot before it.
     *
     * @param sections sections in a record that mean something even if they are empty
     */
    Collection<Map<String, Entry>> records(String key, List<String> fields, List<String> sections) {
        ConfigurationPropertyName full = name.append(key);
        text.known().addSection(full);
        fields.forEach(field -> text.known().addValue(full.append("[0]").append(field)));
        sections.forEach(section -> text.known().addSection(full.append("[0]").append(section)));
        int depth = full.getNumberOfElements() + 1;
        Map<ConfigurationPropertyName, Map<String, Entry>> records = new LinkedHashMap<>();
        text.bind(full, RECORDS).forEach((field, entry) -> {
            String uniform = uniform(field, depth);
            Optional<String> written = Stream.concat(fields.stream(), sections.stream())
                    .filter(each -> each.replace("-", "").equals(uniform))
                    .findFirst();
            if (!entry.text().isBlank() || written.filter(sections::contains).isPresent()) {
                records.computeIfAbsent(field.chop(depth), record -> new HashMap<>())
                        .put(written.orElse(uniform), entry);
            }
        });
        return records.values();
    }

    private static String uniform(ConfigurationPropertyName field, int from) {
        return IntStream.range(from, field.getNumberOfElements())
                .mapToObj(i -> field.getElement(i, Form.UNIFORM))
                .collect(Collectors.joining("."));
    }

    /**
     * The sections below this one, whatever they are called. An environment variable alone does not make one unless it
     * gives the key that none can be without.
     */
    Collection<Section> children(String indispensable) {
        Set<ConfigurationPropertyName> names = new LinkedHashSet<>();
        int depth = name.getNumberOfElements() + 1;
        for (ConfigurationProperty property : text.below(name)) {
            ConfigurationPropertyName full = property.getName();
            if (full.getNumberOfElements() > depth
                    && (!ConfigurationText.isVariable(property)
                            || full.equals(full.chop(depth).append(indispensable)))) {
                names.add(full.chop(depth));
            }
        }
        return names.stream().map(child -> new Section(text, child)).toList();
    }
}
