package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ClassPathResource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The jar's {@code application.yaml}: Spring passes over a property that it does not know, without a word. */
class DefaultPropertiesTest {

    @Test
    void everyPropertyIsOneThatSpringKnows() throws IOException {
        Map<String, String> types = knownProperties();

        assertThat(defaults())
                .isNotEmpty()
                .allSatisfy(name -> assertThat(isKnown(name, types)).as(name).isTrue());
    }

    @Test
    void theJarCarriesNoRoutes() throws IOException {
        assertThat(defaults()).noneMatch(name -> name.startsWith("sluice"));
    }

    private static boolean isKnown(String name, Map<String, String> types) {
        return types.containsKey(name)
                || types.entrySet().stream()
                        .anyMatch(property -> property.getValue().startsWith("java.util.Map")
                                && name.startsWith(property.getKey() + "."));
    }

    private static List<String> defaults() throws IOException {
        List<String> names = new ArrayList<>();
        for (PropertySource<?> source :
                new YamlPropertySourceLoader().load("defaults", new ClassPathResource("application.yaml"))) {
            Collections.addAll(names, ((EnumerablePropertySource<?>) source).getPropertyNames());
        }
        return names;
    }

    /** Names and types of the properties that are not deprecated, from the metadata in the jars of Spring. */
    private static Map<String, String> knownProperties() throws IOException {
        JsonMapper mapper = JsonMapper.builder().build();
        Map<String, String> types = new HashMap<>();
        ClassLoader loader = DefaultPropertiesTest.class.getClassLoader();
        for (URL metadata : Collections.list(loader.getResources("META-INF/spring-configuration-metadata.json"))) {
            try (InputStream json = metadata.openStream()) {
                for (JsonNode property : mapper.readTree(json).path("properties")) {
                    if (property.path("deprecation").isMissingNode()) {
                        types.put(
                                property.path("name").asString(),
                                property.path("type").asString(""));
                    }
                }
            }
        }
        return types;
    }
}
