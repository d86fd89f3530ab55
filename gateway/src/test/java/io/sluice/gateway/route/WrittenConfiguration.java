package io.sluice.gateway.route;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.Resource;

/** A configuration for a test: a file, and environment variables over it, and nothing of the machine. */
final class WrittenConfiguration {

    private WrittenConfiguration() {}

    static SluiceConfiguration read(String yaml) {
        return read(yaml, Map.of());
    }

    static SluiceConfiguration read(String yaml, Map<String, String> variables) {
        return read(new ByteArrayResource(yaml.getBytes(UTF_8)), variables);
    }

    static SluiceConfiguration read(Path file, Map<String, String> variables) {
        return read(new FileSystemResource(file), variables);
    }

    private static SluiceConfiguration read(Resource file, Map<String, String> variables) {
        StandardEnvironment environment = new StandardEnvironment();
        MutablePropertySources sources = environment.getPropertySources();
        sources.remove(StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME);
        sources.replace(
                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                new SystemEnvironmentPropertySource(
                        StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, Map.copyOf(variables)));
        try {
            new YamlPropertySourceLoader().load("file", file).forEach(sources::addLast);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ConfigurationReader.read(environment);
    }
}
