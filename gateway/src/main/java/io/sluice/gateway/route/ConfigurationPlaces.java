package io.sluice.gateway.route;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.core.env.Environment;

/** Where Spring Boot looks for the configuration of an operator, for people who wonder why theirs was not found. */
final class ConfigurationPlaces {

    private static final String LOCATION = "spring.config.location";
    private static final String ADDITIONAL_LOCATION = "spring.config.additional-location";

    private ConfigurationPlaces() {}

    /** The places as a sentence part. */
    static String of(Environment environment) {
        String places = Stream.concat(mainPlaces(environment), places(environment, ADDITIONAL_LOCATION))
                .collect(Collectors.joining(", "));
        return places + "; SPRING_CONFIG_ADDITIONAL_LOCATION can name another file or directory"
                + " (a directory with a slash at its end)";
    }

    private static Stream<String> mainPlaces(Environment environment) {
        if (environment.containsProperty(LOCATION)) {
            return places(environment, LOCATION);
        }
        String file = environment.getProperty("spring.config.name", "application") + ".yaml";
        return List.of(Path.of(file), Path.of("config", file)).stream()
                .map(path -> path.toAbsolutePath().toString());
    }

    private static Stream<String> places(Environment environment, String key) {
        return Stream.of(environment.getProperty(key, "").split("[,;]"))
                .filter(place -> !place.isBlank())
                .map(String::strip);
    }
}
