package io.sluice.gateway;

import com.google.common.collect.ImmutableList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.aot.AotDetector;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.context.ApplicationListener;
import org.springframework.context.aot.AbstractAotProcessor;
import org.springframework.core.SpringProperties;
import org.springframework.core.convert.ConversionException;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.PropertySource;
import org.springframework.util.ClassUtils;

/**
 * The context as the build has prepared it by Spring's AOT processing: its beans were chosen by the jar's own
 * {@code application.yaml} alone. A start uses it where nothing that an operator has configured could choose others, and
 * where it is there at all, which it is not in tests and in an IDE. {@code spring.aot.enabled} of the operator goes before.
 *
 * @see <a href="https://docs.spring.io/spring-boot/reference/packaging/aot.html">Ahead-of-time processing with the JVM</a>
 */
final class PreparedContext implements ApplicationListener<ApplicationEnvironmentPreparedEvent> {

    private static final Logger log = LoggerFactory.getLogger(PreparedContext.class);

    private static final String INITIALIZER = SluiceApplication.class.getName() + "__ApplicationContextInitializer";

    /** How Spring Boot begins the name of what it has read from the jar's own file. */
    private static final String OWN_FILE = "Config resource 'class path resource [application.yaml]'";

    /** What Spring Cloud adds by itself, to every start and while the context is prepared. */
    private static final ImmutableList<String> ADDED =
            ImmutableList.of("gateway-properties", "springCloudClientHostInfo");

    private static final ConfigurationPropertyName MANAGEMENT_PORT =
            ConfigurationPropertyName.of("management.server.port");

    /** What the conditions of Spring and of Spring Cloud look at, keys and all that is below them. */
    private static final ImmutableList<ConfigurationPropertyName> CHOOSING = names(
            "spring", "management", "server.forward", "server.forward-headers-strategy", "server.http2", "encrypt");

    /** What is below those, but is read by the beans themselves. Some of it is said by variables with a dot too many. */
    private static final ImmutableList<ConfigurationPropertyName> READ_AT_RUN_TIME = names(
            "spring.aot",
            "spring.application.name",
            "spring.application.json",
            "spring.application.pid",
            "spring.application.version",
            "spring.cloud.gateway.server.webflux.routes",
            "spring.cloud.gateway.server.webflux.default-filters",
            "spring.config.activate",
            "spring.config.additional",
            "spring.config.additional-location",
            "spring.config.import",
            "spring.config.location",
            "spring.config.name",
            "spring.lifecycle",
            "spring.ssl.bundle",
            "management.server.port",
            "management.server.address",
            "management.server.ssl");

    @Override
    public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
        ConfigurableEnvironment environment = event.getEnvironment();
        String wanted = environment.getProperty(AotDetector.AOT_ENABLED);
        if (Boolean.getBoolean(AbstractAotProcessor.AOT_PROCESSING)) {
            refuseWhatIsOfThisMachine(environment);
        } else if (wanted != null) {
            SpringProperties.setProperty(AotDetector.AOT_ENABLED, wanted);
        } else if (ClassUtils.isPresent(INITIALIZER, null)) {
            useIfItFits(environment);
        }
    }

    /** While it is being prepared: else the jar would have what the machine of the build is configured to. */
    private static void refuseWhatIsOfThisMachine(ConfigurableEnvironment environment) {
        List<String> choosing = choosing(environment);
        if (!choosing.isEmpty()) {
            throw new IllegalStateException("A context cannot be prepared for all while this is set: " + choosing);
        }
    }

    private static void useIfItFits(ConfigurableEnvironment environment) {
        List<String> choosing = choosing(environment);
        if (choosing.isEmpty()) {
            SpringProperties.setFlag(AotDetector.AOT_ENABLED);
        } else {
            log.info(
                    "Starts without the prepared context, which takes longer, because of {}",
                    String.join(", ", choosing));
        }
    }

    /**
     * What could choose other beans than the jar's own configuration does.
     *
     * @return keys, in the order in which they are found; empty if the prepared context fits
     */
    static List<String> choosing(ConfigurableEnvironment environment) {
        if (environment.getPropertySources().stream().noneMatch(PreparedContext::isOwnFile)) {
            return List.of("spring.config.location, which leaves out classpath:/");
        }
        Stream<ConfigurationPropertyName> keys = environment.getPropertySources().stream()
                .filter(source -> !isOwnFile(source) && !ADDED.contains(source.getName()))
                .filter(source -> !ConfigurationPropertySources.isAttachedConfigurationPropertySource(source))
                .map(ConfigurationPropertySource::from)
                .filter(Objects::nonNull)
                .flatMap(PreparedContext::keys)
                .filter(key -> isAmong(CHOOSING, key) && !isAmong(READ_AT_RUN_TIME, key));
        return Stream.concat(keys, Stream.ofNullable(choosingPort(environment)))
                .map(ConfigurationPropertyName::toString)
                .distinct()
                .toList();
    }

    private static boolean isOwnFile(PropertySource<?> source) {
        return source.getName().startsWith(OWN_FILE);
    }

    private static Stream<ConfigurationPropertyName> keys(ConfigurationPropertySource source) {
        return source instanceof IterableConfigurationPropertySource keys ? keys.stream() : Stream.of();
    }

    private static boolean isAmong(List<ConfigurationPropertyName> trees, ConfigurationPropertyName key) {
        return trees.stream().anyMatch(tree -> tree.equals(key) || tree.isAncestorOf(key));
    }

    /** A port of its own has a context of its own. What is no number stops the start later, as it always does. */
    private static @Nullable ConfigurationPropertyName choosingPort(ConfigurableEnvironment environment) {
        try {
            return ManagementPortType.get(environment) == ManagementPortType.DIFFERENT ? null : MANAGEMENT_PORT;
        } catch (ConversionException | IllegalArgumentException e) {
            return MANAGEMENT_PORT;
        }
    }

    private static ImmutableList<ConfigurationPropertyName> names(String... names) {
        return Stream.of(names).map(ConfigurationPropertyName::of).collect(ImmutableList.toImmutableList());
    }
}
