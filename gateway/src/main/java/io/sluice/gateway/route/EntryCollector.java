package io.sluice.gateway.route;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;

/**
 * Keeps every text that a binding came across together with its place, and turns what Spring could not bind into faults
 * instead of stopping at the first.
 */
final class EntryCollector implements BindHandler {

    private final Map<ConfigurationPropertyName, Entry> entries = new LinkedHashMap<>();
    private final Set<ConfigurationPropertyName> faulty = new TreeSet<>();
    private final Consumer<Fault> faults;

    EntryCollector(Consumer<Fault> faults) {
        this.faults = faults;
    }

    /** What was found, in the order of a list. */
    Map<ConfigurationPropertyName, Entry> entries() {
        return entries;
    }

    /** What was found but could not be bound, such as an element of a list behind a gap; it is among the faults. */
    Set<ConfigurationPropertyName> faulty() {
        return faulty;
    }

    @Override
    public Object onSuccess(ConfigurationPropertyName name, Bindable<?> target, BindContext context, Object result) {
        ConfigurationProperty property = context.getConfigurationProperty();
        if (property != null && result instanceof String text) {
            entries.put(name, entry(name, text, property));
        } else if (property != null && result instanceof List<?> elements) {
            addWrittenOnOneLine(name, elements, property);
        }
        return result;
    }

    /** A list may be written as one text with commas; its elements have no properties of their own. */
    private void addWrittenOnOneLine(ConfigurationPropertyName name, List<?> elements, ConfigurationProperty property) {
        for (int i = 0; i < elements.size(); i++) {
            ConfigurationPropertyName element = name.append("[" + i + "]");
            if (elements.get(i) instanceof String text) {
                entries.putIfAbsent(element, entry(element, text, property));
            }
        }
    }

    private static Entry entry(ConfigurationPropertyName name, String text, ConfigurationProperty property) {
        return new Entry(name.toString(), text, Whereabouts.of(property));
    }

    @Override
    public @Nullable Object onFailure(
            ConfigurationPropertyName name, Bindable<?> target, BindContext context, Exception error) {
        if (error instanceof UnboundConfigurationPropertiesException leftOver) {
            leftOver.getUnboundProperties().forEach(this::addUnbound);
        } else {
            ConfigurationProperty property = context.getConfigurationProperty();
            String where = property == null ? null : Whereabouts.of(property);
            faulty.add(name);
            faults.accept(new Fault(name.toString(), where, problem(target)));
        }
        return isText(target) ? "" : null;
    }

    private void addUnbound(ConfigurationProperty property) {
        faulty.add(property.getName());
        faults.accept(new Fault(
                property.getName().toString(),
                Whereabouts.of(property),
                "no place for this in the list: its elements are counted from 0, without a gap"));
    }

    /** The cause is not repeated: it quotes the value, which may be a secret. */
    private static String problem(Bindable<?> target) {
        return isText(target)
                ? "no text can be made of this: a ${placeholder} in it has no value"
                : "a list is expected here";
    }

    private static boolean isText(Bindable<?> target) {
        return target.getType().resolve() == String.class;
    }
}
