package io.sluice.gateway.route;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.PropertySourcesPlaceholdersResolver;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.util.PropertyPlaceholderHelper;
import org.springframework.util.SystemPropertyUtils;

/**
 * What files, environment variables and the command line say, as text, by the rules of Spring Boot's binder: the higher
 * source wins, a list is taken whole from one source.
 *
 * <p>It keeps account of what was asked for, so that in the end it can name what nobody asked for.
 */
final class ConfigurationText {

    private static final Logger log = LoggerFactory.getLogger(ConfigurationText.class);

    /** Spring's placeholders; one without a value is an error, or its text would be taken for a password. */
    private static final PropertyPlaceholderHelper STRICT = new PropertyPlaceholderHelper(
            SystemPropertyUtils.PLACEHOLDER_PREFIX,
            SystemPropertyUtils.PLACEHOLDER_SUFFIX,
            SystemPropertyUtils.VALUE_SEPARATOR,
            SystemPropertyUtils.ESCAPE_CHARACTER,
            false);

    private final List<IterableConfigurationPropertySource> sources;
    private final Binder binder;
    private final KnownKeys known = new KnownKeys();
    private final List<Fault> faults = new ArrayList<>();

    ConfigurationText(ConfigurableEnvironment environment) {
        Iterable<ConfigurationPropertySource> all = ConfigurationPropertySources.from(environment.getPropertySources());
        binder = new Binder(all, new PropertySourcesPlaceholdersResolver(environment.getPropertySources(), STRICT));
        sources = new ArrayList<>();
        all.forEach(source -> {
            if (source instanceof IterableConfigurationPropertySource iterable) {
                sources.add(iterable);
            }
        });
    }

    /** The keys below a name. */
    Section section(String name) {
        return new Section(this, ConfigurationPropertyName.of(name));
    }

    /** Notes something that is wrong. */
    void fault(Fault fault) {
        faults.add(fault);
    }

    /** Everything that was found to be wrong so far. */
    List<Fault> faults() {
        return List.copyOf(faults);
    }

    KnownKeys known() {
        return known;
    }

    /** Binds a target and gives the texts that it is made of. */
    Map<ConfigurationPropertyName, Entry> bind(ConfigurationPropertyName name, Bindable<?> target) {
        EntryCollector collector = new EntryCollector(this::fault);
        binder.bind(name, target, collector);
        collector.faulty().forEach(known::addValue);
        return collector.entries();
    }

    /** What all the sources have at a name and below it, the highest source first. */
    List<ConfigurationProperty> below(ConfigurationPropertyName root) {
        return sources.stream().flatMap(source -> below(source, root)).toList();
    }

    private static Stream<ConfigurationProperty> below(
            IterableConfigurationPropertySource source, ConfigurationPropertyName root) {
        return source.stream()
                .filter(name -> root.equals(name) || root.isAncestorOf(name))
                .flatMap(name -> Stream.ofNullable(source.getConfigurationProperty(name)));
    }

    /** Whether a value comes from an environment variable, whose name may be somebody else's invention. */
    static boolean isVariable(ConfigurationProperty property) {
        return property.getSource() != null
                && property.getSource().getUnderlyingSource() instanceof SystemEnvironmentPropertySource;
    }

    /** Notes every key below a name that has not been asked for, except those from environment variables. */
    void refuseUnknownKeys(ConfigurationPropertyName root) {
        Map<String, Fault> unknown = new LinkedHashMap<>();
        for (ConfigurationProperty property : below(root)) {
            if (!isVariable(property) && !isKnown(property)) {
                unknown.putIfAbsent(property.getName().toString(), unknownKey(property));
            }
        }
        unknown.values().forEach(this::fault);
    }

    private boolean isKnown(ConfigurationProperty property) {
        return known.isValue(property.getName())
                || (known.isSection(property.getName())
                        && property.getValue().toString().isEmpty());
    }

    private Fault unknownKey(ConfigurationProperty property) {
        String key = property.getName().toString();
        String problem = known.isSection(property.getName())
                ? "a value where further keys are expected"
                : "there is no such key"
                        + Spelling.nearest(key, known.keys())
                                .map(near -> "; did you mean " + near + "?")
                                .orElse("");
        return new Fault(key, Whereabouts.of(property), problem);
    }

    /**
     * Warns of the environment variables that begin like ours and reach no key. They do not stop the start: Kubernetes
     * invents such variables for a service of our name.
     */
    void warnOfUnknownVariables(ConfigurableEnvironment environment, String prefix) {
        environment.getPropertySources().stream()
                .filter(SystemEnvironmentPropertySource.class::isInstance)
                .map(SystemEnvironmentPropertySource.class::cast)
                .flatMap(source -> Stream.of(source.getPropertyNames()))
                .filter(name -> name.startsWith(prefix) && !known.isVariable(name))
                .sorted()
                .forEach(this::warnOfUnknownVariable);
    }

    private void warnOfUnknownVariable(String name) {
        log.warn(
                "The environment variable {} means nothing here{}",
                name,
                Spelling.nearest(name, known.variables())
                        .map(near -> "; did you mean " + near + "?")
                        .orElse(""));
    }
}
