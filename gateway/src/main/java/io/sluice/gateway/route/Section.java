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
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.core.ResolvableType;

/** The keys below one name. Reading a key makes it known; an empty value is as good as none. */
final class Section {

    private static final String UNSUPPORTED = "reserved for a later version; this one does not support it yet";

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

    /** The elements of a list of records as they were written: of each the values by key, empty ones left out. */
    Collection<Map<String, Entry>> records(String key, List<String> fields) {
        ConfigurationPropertyName full = name.append(key);
        text.known().addSection(full);
        fields.forEach(field -> text.known().addValue(full.append("[0]").append(field)));
        Map<String, String> written = fields.stream().collect(Collectors.toMap(Section::uniform, field -> field));
        Map<ConfigurationPropertyName, Map<String, Entry>> records = new LinkedHashMap<>();
        text.bind(full, RECORDS).forEach((field, entry) -> {
            String last = field.getLastElement(Form.UNIFORM);
            if (!entry.text().isBlank()) {
                records.computeIfAbsent(field.getParent(), record -> new HashMap<>())
                        .put(written.getOrDefault(last, last), entry);
            }
        });
        return records.values();
    }

    private static String uniform(String key) {
        return ConfigurationPropertyName.of(key).getLastElement(Form.UNIFORM);
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

    /** Notes that a key, or anything below it, is there although this version has nothing to do with it yet. */
    void refuse(String key) {
        List<ConfigurationProperty> found = text.below(name.append(key));
        if (!found.isEmpty()) {
            found.forEach(property -> text.known().addValue(property.getName()));
            text.fault(new Fault(key(key), Whereabouts.of(found.getFirst()), UNSUPPORTED));
        }
    }
}
