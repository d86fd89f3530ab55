package io.sluice.gateway.route;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.context.config.ConfigDataEnvironmentUpdateListener;
import org.springframework.boot.context.config.ConfigDataException;
import org.springframework.boot.context.config.ConfigDataLocation;
import org.springframework.boot.context.config.ConfigDataResource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/**
 * The configuration as it is written now. It is looked for where Spring Boot looked at the start, and by the same rules: the
 * command line and the environment variables of the start, the places that they name, profiles, imports.
 */
final class ConfigurationFiles {

    /** How Spring Boot begins the names of what it has read from files and trees. */
    private static final List<String> READ_FROM_FILES = List.of("Config resource ", "Config tree ");

    private static final String OURS = "sluice.";

    private final ConfigurableEnvironment started;

    /** @param started the environment of the application */
    ConfigurationFiles(ConfigurableEnvironment started) {
        this.started = started;
    }

    /** Reads them all. Blocks. */
    Reading read() {
        StandardEnvironment environment = withoutFiles();
        List<PropertySource<?>> files = new ArrayList<>();
        try {
            ConfigDataEnvironmentPostProcessor.applyTo(environment, null, null, List.of(), collector(files));
            return new Reading.Valid(ConfigurationReader.readAgain(environment), springs(files));
        } catch (ConfigurationFaultsException e) {
            return new Reading.Invalid(e.faults());
        } catch (ConfigDataException | IllegalStateException | UncheckedIOException e) {
            return unreadable(String.valueOf(e.getMessage()));
        } catch (MarkedYAMLException e) {
            return unreadable(problem(e));
        } catch (RuntimeException e) {
            return unreadable(e.getClass().getName());
        }
    }

    /** What the files are read over: all that is not from them. */
    private StandardEnvironment withoutFiles() {
        StandardEnvironment environment = new StandardEnvironment();
        MutablePropertySources sources = environment.getPropertySources();
        sources.stream().map(PropertySource::getName).toList().forEach(sources::remove);
        started.getPropertySources().stream()
                .filter(source -> !ConfigurationPropertySources.isAttachedConfigurationPropertySource(source))
                .filter(source -> READ_FROM_FILES.stream()
                        .noneMatch(beginning -> source.getName().startsWith(beginning)))
                .forEach(sources::addLast);
        return environment;
    }

    private static ConfigDataEnvironmentUpdateListener collector(List<PropertySource<?>> files) {
        return new ConfigDataEnvironmentUpdateListener() {

            @Override
            public void onPropertySourceAdded(
                    PropertySource<?> source,
                    @Nullable ConfigDataLocation location,
                    @Nullable ConfigDataResource resource) {
                files.add(source);
            }
        };
    }

    /** The keys that are not ours, and what the file has that wins. */
    private static Map<String, Object> springs(List<PropertySource<?>> files) {
        Map<String, Object> springs = new HashMap<>();
        for (PropertySource<?> file : files) {
            if (file instanceof EnumerablePropertySource<?> keys) {
                for (String key : keys.getPropertyNames()) {
                    Object value = keys.getProperty(key);
                    if (!key.startsWith(OURS) && value != null) {
                        springs.putIfAbsent(key, value);
                    }
                }
            }
        }
        return springs;
    }

    private static Reading unreadable(String problem) {
        return new Reading.Invalid(List.of(new Fault("the files", null, problem)));
    }

    /** Where it went wrong; what is written there, which the parser would quote, may be a secret. */
    private static String problem(MarkedYAMLException e) {
        return e.getProblemMark() == null
                ? "one of them is no YAML"
                : "one of them is no YAML, as far as line "
                        + (e.getProblemMark().getLine() + 1) + ", column "
                        + (e.getProblemMark().getColumn() + 1);
    }
}
