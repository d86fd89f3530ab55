package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringApplication.AbandonedRunException;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.boot.support.EnvironmentPostProcessorApplicationListener;
import org.springframework.context.ApplicationListener;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.core.type.classreading.SimpleMetadataReaderFactory;

class PreparedContextTest {

    private static final Path REPOSITORY = Path.of("..");

    /** A variable and its value, in a unit, a compose file or the configuration of an image. */
    private static final Pattern VARIABLE = Pattern.compile("\\b([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?:=|: )([^\\s\",]+)");

    @TempDir
    private Path directory;

    /** As the gateway's own start has it by the time that it decides. */
    private static ConfigurableEnvironment environment(Map<String, String> arguments, Map<String, String> variables) {
        StandardEnvironment environment = new StandardEnvironment();
        environment
                .getPropertySources()
                .replace(
                        StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                        new SystemEnvironmentPropertySource(
                                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, Map.copyOf(variables)));
        SpringApplication application = new SpringApplication(SluiceApplication.class);
        application.setRegisterShutdownHook(false);
        application.setEnvironment(environment);
        application.setListeners(
                List.of(new EnvironmentPostProcessorApplicationListener(), new EndsOnceTheEnvironmentIsThere()));
        assertThatThrownBy(() -> application.run(words(arguments))).isInstanceOf(AbandonedRunException.class);
        return environment;
    }

    private static String[] words(Map<String, String> arguments) {
        return arguments.entrySet().stream()
                .map(argument -> "--" + argument.getKey() + "=" + argument.getValue())
                .toArray(String[]::new);
    }

    private static final class EndsOnceTheEnvironmentIsThere
            implements ApplicationListener<ApplicationEnvironmentPreparedEvent> {

        @Override
        public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
            throw new AbandonedRunException();
        }
    }

    private static Map<String, String> assignment(String text) {
        String[] parts = text.split("=", 2);
        return Map.of(parts[0], parts[1]);
    }

    @Test
    void itFitsTheJarsOwnConfiguration() {
        assertThat(PreparedContext.choosing(environment(Map.of(), Map.of()))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sluice.cache.directory=/var/cache",
                "server.port=9090",
                "server.ssl.bundle=clients",
                "server.clients.shutdown-delay=0s",
                "logging.level.sluice.access=warn",
                "management.server.port=0",
                "management.server.address=0.0.0.0",
                "management.server.ssl.enabled=true",
                "spring.application.name=mirror",
                "spring.lifecycle.timeout-per-shutdown-phase=10s",
                "spring.ssl.bundle.pem.clients.keystore.certificate=/etc/tls.crt",
                "spring.cloud.gateway.server.webflux.routes[0].uri=http://127.0.0.1:1",
                "spring.cloud.gateway.server.webflux.default-filters[0]=AddResponseHeader=X-A, b"
            })
    void itFitsWhereAKeyIsReadWhileItRuns(String argument) {
        assertThat(PreparedContext.choosing(environment(assignment(argument), Map.of())))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SPRING_APPLICATION_JSON={}",
                "SPRING_CONFIG_ADDITIONALLOCATION=optional:file:./nowhere/",
                "SPRING_CONFIG_ADDITIONAL_LOCATION=optional:file:./nowhere/",
                "SPRING_LIFECYCLE_TIMEOUTPERSHUTDOWNPHASE=10s",
                "SPRING_LIFECYCLE_TIMEOUT_PER_SHUTDOWN_PHASE=10s",
                "MANAGEMENT_SERVER_PORT=9091",
                "SERVER_PORT=9090",
                "DEBUG=true",
                "LOGGING_LEVEL_ROOT=warn",
                "SLUICE_REDIS_URL=redis://127.0.0.1",
                "SPRINGFIELD=town"
            })
    void itFitsWhereAVariableIsReadWhileItRuns(String variable) {
        assertThat(PreparedContext.choosing(environment(Map.of(), assignment(variable))))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "management.endpoints.web.exposure.include=*",
                "management.endpoint.health.show-details=always",
                "management.health.diskspace.enabled=false",
                "management.metrics.enable.jvm=false",
                "management.prometheus.metrics.export.enabled=false",
                "spring.autoconfigure.exclude=a.B",
                "spring.cloud.gateway.server.webflux.trusted-proxies=.*",
                "spring.cloud.gateway.server.webflux.filter.add-request-header.enabled=false",
                "spring.cloud.gateway.server.webflux.predicate.path.enabled=false",
                "spring.main.lazy-initialization=true",
                "spring.profiles.active=blue",
                "spring.threads.virtual.enabled=true",
                "encrypt.key=k"
            })
    void itDoesNotFitWhereAKeyMayChooseOtherBeans(String argument) {
        Map<String, String> arguments = assignment(argument);

        assertThat(PreparedContext.choosing(environment(arguments, Map.of())))
                .containsExactlyElementsOf(arguments.keySet());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "MANAGEMENT_ENDPOINTS_WEB_EXPOSURE_INCLUDE=*",
                "SERVER_FORWARDHEADERSSTRATEGY=framework",
                "SERVER_FORWARD_HEADERS_STRATEGY=framework",
                "SERVER_HTTP2_ENABLED=true",
                "SPRING_CONFIG_USELEGACYPROCESSING=true",
                "SPRING_CONFIG_USE_LEGACY_PROCESSING=true",
                "SPRING_PROFILES_ACTIVE=blue"
            })
    void itDoesNotFitWhereAVariableMayChooseOtherBeans(String variable) {
        assertThat(PreparedContext.choosing(environment(Map.of(), assignment(variable))))
                .hasSize(1);
    }

    @Test
    void itDoesNotFitWhereAFileMayChooseOtherBeans() throws IOException {
        Files.writeString(directory.resolve("application.yaml"), "spring.webflux.problemdetails.enabled: true\n");

        assertThat(PreparedContext.choosing(
                        environment(Map.of("spring.config.additional-location", "file:" + directory + "/"), Map.of())))
                .containsExactly("spring.webflux.problemdetails.enabled");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "8080", "none", "${nowhere}"})
    void itDoesNotFitWhereTheManagementPortHasNoContextOfItsOwn(String port) {
        assertThat(PreparedContext.choosing(environment(Map.of("management.server.port", port), Map.of())))
                .containsExactly("management.server.port");
    }

    @Test
    void itDoesNotFitWhereTheJarsOwnFileIsLeftOut() {
        assertThat(PreparedContext.choosing(
                        environment(Map.of("spring.config.location", "file:" + directory + "/"), Map.of())))
                .singleElement()
                .asString()
                .startsWith("spring.config.location");
    }

    @ParameterizedTest
    @MethodSource("keysOfConditions")
    void itDoesNotFitWhereAKeyOfAConditionIsSet(String key) {
        assertThat(PreparedContext.choosing(environment(Map.of(key, "any"), Map.of())))
                .containsExactly(key);
    }

    @Test
    void itFitsTheConfigurationsThatAreShipped() throws IOException {
        Files.copy(REPOSITORY.resolve("config/application.yaml"), directory.resolve("application.yaml"));
        Map<String, String> variables = new HashMap<>();
        try (Stream<Path> files = Files.walk(REPOSITORY.resolve("deploy"))) {
            files.filter(Files::isRegularFile)
                    .flatMap(file -> VARIABLE.matcher(read(file)).results())
                    .forEach(found -> variables.put(found.group(1), value(found)));
        }
        assertThat(variables)
                .containsKeys("SPRING_CONFIG_ADDITIONALLOCATION", "MANAGEMENT_SERVER_ADDRESS", "SLUICE_REDIS_URL");

        assertThat(PreparedContext.choosing(environment(Map.of(), variables))).isEmpty();
    }

    /** What the operator's directory is here. */
    private String value(MatchResult found) {
        return found.group(2).replace("/etc/sluice/", directory + "/");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The names in all the {@code @ConditionalOnProperty} of the configurations of Spring on the class path. */
    private static Set<String> keysOfConditions() throws IOException {
        Set<String> keys = new TreeSet<>();
        PathMatchingResourcePatternResolver resolver = new PathMatchingResourcePatternResolver();
        SimpleMetadataReaderFactory readers = new SimpleMetadataReaderFactory();
        for (Resource type : resolver.getResources("classpath*:org/springframework/**/*Configuration*.class")) {
            AnnotationMetadata metadata = readers.getMetadataReader(type).getAnnotationMetadata();
            Stream.concat(Stream.of(metadata), metadata.getDeclaredMethods().stream())
                    .flatMap(PreparedContextTest::keysOfConditions)
                    .forEach(keys::add);
        }
        return keys;
    }

    private static Stream<String> keysOfConditions(AnnotatedTypeMetadata annotated) {
        return Stream.of(ConditionalOnProperty.class, ConditionalOnBooleanProperty.class)
                .flatMap(condition -> annotated.getAnnotations().stream(condition))
                .flatMap(PreparedContextTest::names);
    }

    private static Stream<String> names(MergedAnnotation<?> condition) {
        String prefix = condition.getString("prefix");
        String start = prefix.isEmpty() || prefix.endsWith(".") ? prefix : prefix + ".";
        return Stream.of("name", "value")
                .flatMap(attribute -> Arrays.stream(condition.getStringArray(attribute)))
                .map(name -> start + name);
    }
}
