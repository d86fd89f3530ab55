package io.sluice.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.pull.TagPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

class ConfigurationFilesTest {

    private static final String HUB = "sluice.routes.hub: {upstream: 'https://registry.example', root: true}\n";

    @TempDir
    private Path directory;

    private Path main;
    private Path additional;

    @BeforeEach
    void write() throws IOException {
        main = Files.createDirectory(directory.resolve("main"));
        additional = Files.createDirectory(directory.resolve("additional"));
        Files.writeString(main.resolve("application.yaml"), HUB);
    }

    /** The files of a gateway that was started with these environment variables. */
    private ConfigurationFiles started(Map<String, Object> variables) {
        StandardEnvironment environment = new StandardEnvironment();
        MutablePropertySources sources = environment.getPropertySources();
        sources.replace(
                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                new SystemEnvironmentPropertySource(
                        StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, variables));
        sources.addFirst(new MapPropertySource(
                "commandLineArgs",
                Map.of(
                        "spring.config.location", "file:" + main + "/",
                        "spring.config.additional-location", "optional:file:" + additional + "/",
                        "sluice.cache.max-size", "3GB")));
        ConfigDataEnvironmentPostProcessor.applyTo(environment);
        return new ConfigurationFiles(environment);
    }

    private static SluiceConfiguration valid(Reading reading) {
        assertThat(reading).isInstanceOf(Reading.Valid.class);
        return ((Reading.Valid) reading).configuration();
    }

    @Test
    void theCommandLineWinsOverVariablesAndTheseOverTheFilesAsAtTheStart() throws IOException {
        ConfigurationFiles files =
                started(Map.of("SLUICE_CACHE_MAXSIZE", "4GB", "SLUICE_ROUTES_HUB_TAGS_FRESHFOR", "7s"));
        Files.writeString(
                main.resolve("application.yaml"),
                HUB + "sluice.routes.hub.tags: {fresh-for: 8s, stale-for: 9h}\nsluice.cache.max-size: 5GB\n");

        SluiceConfiguration now = valid(files.read());

        assertThat(now.cache().maxSize()).hasToString("3221225472B");
        assertThat(now.routes().getFirst().tags().freshness().freshFor()).hasSeconds(7);
        assertThat(now.routes().getFirst().tags().freshness().staleFor()).hasHours(9);
    }

    @Test
    void whatAFileNoLongerSaysAndAFileThatIsGoneAreForgotten() throws IOException {
        Files.writeString(main.resolve("application.yaml"), HUB + "sluice.routes.hub.tags.fresh-for: 8s\n");
        Path file = Files.writeString(additional.resolve("application.yaml"), "sluice.routes.hub.tags.stale-for: 9h\n");
        ConfigurationFiles files = started(Map.of());
        assertThat(valid(files.read()).routes().getFirst().tags().freshness().staleFor())
                .hasHours(9);

        Files.writeString(main.resolve("application.yaml"), HUB);
        Files.delete(file);

        assertThat(valid(files.read()).routes().getFirst().tags()).isEqualTo(TagPolicy.DEFAULT);
    }

    @Test
    void aFileThatAppearsCounts() throws IOException {
        ConfigurationFiles files = started(Map.of());

        Files.writeString(
                additional.resolve("application.yaml"),
                "sluice.routes.quay: {upstream: 'https://quay.example', paths: [/quay]}\n");

        assertThat(valid(files.read()).routes()).extracting(RouteSettings::name).containsOnly("hub", "quay");
    }

    @Test
    void aLinkThatIsSwappedIsFollowed() throws IOException {
        Path before = Files.createDirectory(directory.resolve("..1"));
        Path after = Files.createDirectory(directory.resolve("..2"));
        Files.writeString(before.resolve("application.yaml"), "sluice.routes.hub.tags.fresh-for: 1s\n");
        Files.writeString(after.resolve("application.yaml"), "sluice.routes.hub.tags.fresh-for: 2s\n");
        Path data = Files.createSymbolicLink(additional.resolve("..data"), before);
        Files.createSymbolicLink(additional.resolve("application.yaml"), Path.of("..data", "application.yaml"));
        ConfigurationFiles files = started(Map.of());
        assertThat(valid(files.read()).routes().getFirst().tags().freshness().freshFor())
                .hasSeconds(1);

        Files.move(
                Files.createSymbolicLink(additional.resolve("..tmp"), after),
                data,
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);

        assertThat(valid(files.read()).routes().getFirst().tags().freshness().freshFor())
                .hasSeconds(2);
    }

    @Test
    @DisplayName("T22: what looks like an expression stays a text")
    void nothingThatIsWrittenIsEvaluated() throws IOException {
        ConfigurationFiles files = started(Map.of());

        Files.writeString(main.resolve("application.yaml"), HUB + "sluice.routes.hub.default-namespace: '#{1+1}'\n");

        assertThat(files.read())
                .isInstanceOfSatisfying(
                        Reading.Invalid.class,
                        invalid -> assertThat(invalid.faults())
                                .singleElement()
                                .extracting(Fault::problem)
                                .asString()
                                .startsWith("'#{1+1}' is not a repository name"));
    }

    @Test
    void aFileThatMayNotBeMissingIsAFault() throws IOException {
        ConfigurationFiles files = started(Map.of());

        Files.delete(main.resolve("application.yaml"));
        Files.delete(main);

        assertThat(files.read()).isInstanceOf(Reading.Invalid.class);
    }
}
