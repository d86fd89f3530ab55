package io.sluice.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class ConfigurationFaultsAnalyzerTest {

    @Test
    void faultsAreNumberedAndFollowedByWhatToDo() {
        ConfigurationFaultsException wrong = new ConfigurationFaultsException(List.of(
                new Fault("sluice.cache.max-size", "config/application.yaml:3", "'much' is not a size"),
                new Fault("sluice.routes", null, "there are no routes")));

        FailureAnalysis analysis =
                new ConfigurationFaultsAnalyzer().analyze(new IllegalStateException("no bean", wrong));

        assertThat(analysis).isNotNull();
        assertThat(analysis.getDescription()).isEqualToNormalizingNewlines("""
                The configuration of Sluice is wrong in 2 places:

                1. sluice.cache.max-size (config/application.yaml:3): 'much' is not a size
                2. sluice.routes: there are no routes""");
        assertThat(analysis.getAction()).contains("start again", "docs/configuration.md");
    }

    @Test
    void aStartWithFaultsStopsAndPrintsThemInPlaceOfAStackTrace(@TempDir Path directory, CapturedOutput output)
            throws IOException {
        Path file = Files.writeString(directory.resolve("application.yaml"), """
                sluice:
                  routes:
                    hub:
                      upstream: registry.example
                      root: true
                      credentials: [{username: robot, password: s3cret}]
                """);

        assertThatThrownBy(() -> new SpringApplicationBuilder(RouteConfiguration.class)
                        .web(WebApplicationType.NONE)
                        .run("--spring.config.location=file:" + file))
                .hasRootCauseInstanceOf(ConfigurationFaultsException.class);

        assertThat(output)
                .contains("APPLICATION FAILED TO START")
                .contains("1. sluice.routes.hub.upstream (" + file
                        + ":4): 'registry.example' is not an http or https URL")
                .contains("2. sluice.routes.hub.public (" + file + ":6): the route has credentials")
                .doesNotContain("s3cret", "\tat ");
    }

    @Test
    void aRightConfigurationIsOffered() {
        new ApplicationContextRunner()
                .withUserConfiguration(RouteConfiguration.class)
                .withPropertyValues(
                        "sluice.routes.hub.upstream=https://registry.example", "sluice.routes.hub.root=true")
                .run(context -> assertThat(context).hasNotFailed().hasSingleBean(SluiceConfiguration.class));
    }
}
