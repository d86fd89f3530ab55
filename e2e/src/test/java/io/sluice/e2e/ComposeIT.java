package io.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.process.Command;
import io.sluice.testing.process.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Compose and Prometheus understand the files of {@code deploy/} as they are meant. */
@Needs({Program.DOCKER_COMPOSE, Program.PROMTOOL})
class ComposeIT {

    private static final String MANAGEMENT_PORT = ":8081";

    private final ComposeFile file = ComposeFile.config();

    @Test
    void twoGatewaysShareARedisAndAreWatched() {
        assertThat(file.document().at("services").keys())
                .containsExactly("gateway-1", "gateway-2", "prometheus", "redis");
        assertThat(file.gateways()).containsExactly("gateway-1", "gateway-2").allSatisfy(gateway -> {
            assertThat(file.environment(gateway)).containsEntry("SLUICE_REDIS_URL", "redis://redis:6379");
            assertThat(file.service(gateway).at("networks").keys()).containsExactly("front", "shared");
            assertThat(file.service(gateway).at("volumes").texts())
                    .contains(Checkout.file("config/application.yaml") + ":/etc/sluice/application.yaml:ro");
        });
        assertThat(file.mountedFiles()).isNotEmpty().allMatch(path -> Files.isRegularFile(Path.of(path)));
    }

    @Test
    void eachGatewayHasACacheOfItsOwn() {
        List<String> caches = file.gateways().stream()
                .flatMap(gateway -> file.service(gateway).at("volumes").texts().stream())
                .filter(volume -> volume.contains(":/var/lib/sluice"))
                .toList();

        assertThat(caches).hasSize(2).doesNotHaveDuplicates();
    }

    @Test
    void theManagementPortIsOpenInsideTheNetworkAndNowhereElse() throws IOException {
        Yaml prometheus = Yaml.parse(Files.readString(Checkout.file("deploy/prometheus/compose.yml")));
        List<String> targets = prometheus
                .at("scrape_configs")
                .elements()
                .getFirst()
                .at("static_configs")
                .elements()
                .getFirst()
                .at("targets")
                .texts();
        assertThat(targets)
                .isEqualTo(file.gateways().stream()
                        .map(gateway -> gateway + MANAGEMENT_PORT)
                        .toList());
        assertThat(file.gateways()).allSatisfy(gateway -> {
            assertThat(file.environment(gateway)).containsEntry("MANAGEMENT_SERVER_ADDRESS", "0.0.0.0");
            assertThat(file.published(gateway)).hasSize(1).allMatch(port -> port.endsWith(":8080"));
        });
        assertThat(file.service("prometheus").at("networks").keys()).containsExactly("front");
        assertThat(file.published("prometheus")).allMatch(port -> port.startsWith("127.0.0.1:"));
    }

    @Test
    void theGatewaysReachOneAnotherInsideTheNetworkWithASecretThatMustBeGiven() {
        assertThat(file.gateways())
                .allSatisfy(gateway -> assertThat(file.environment(gateway))
                        .containsEntry("SLUICE_CLUSTER_ADVERTISEDURL", "http://" + gateway + ":8082")
                        .containsEntry("SLUICE_CLUSTER_ADDRESS", "0.0.0.0")
                        .containsEntry("SLUICE_CLUSTER_SECRET", ComposeFile.SECRET));
        Command withoutSecret = new Command(
                        Program.DOCKER_COMPOSE.path(),
                        "--file",
                        Checkout.file("deploy/compose.yaml").toString(),
                        "config")
                .with(Map.of("SLUICE_CLUSTER_SECRET", ""));
        assertThat(withoutSecret.run().status()).isNotZero();
    }

    @Test
    void redisIsReachedByTheGatewaysAlone() {
        assertThat(file.published("redis")).isEmpty();
        assertThat(file.service("redis").at("networks").keys()).containsExactly("shared");
        assertThat(file.document().at("networks").at("shared").at("internal").text())
                .isEqualTo("true");
    }

    @Test
    void noServiceHasMoreRightsOrMemoryThanItIsGiven() {
        assertThat(file.document().at("services").keys()).allSatisfy(name -> {
            Yaml service = file.service(name);
            assertThat(service.at("cap_drop").texts()).containsExactly("ALL");
            assertThat(service.at("security_opt").texts()).contains("no-new-privileges:true");
            assertThat(service.at("read_only").text()).isEqualTo("true");
            assertThat(service.at("mem_limit").text()).isNotEmpty();
            assertThat(service.at("healthcheck").at("test").texts()).isNotEmpty();
        });
    }

    @Test
    void prometheusTakesItsFilesAndTheAlertsFireWhenTheyShould() {
        Path directory = Checkout.file("deploy/prometheus");
        promtool("check", "config", directory.resolve("prometheus.yml"));
        promtool("check", "config", directory.resolve("compose.yml"));
        promtool("test", "rules", directory.resolve("rules.test.yml"));
    }

    private static void promtool(String verb, String what, Path file) {
        new Command(Program.PROMTOOL.path(), verb, what, file.toString()).print();
    }
}
