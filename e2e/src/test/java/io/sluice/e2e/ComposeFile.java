package io.sluice.e2e;

import io.sluice.testing.process.Command;
import io.sluice.testing.process.Program;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** {@code deploy/compose.yaml} as Compose understands it. */
record ComposeFile(Yaml document) {

    /** What an operator has to give it. */
    static final String SECRET = "s3cret-0123456789abcdef0123456789";

    /** Has Compose check it and fill in what it leaves open. */
    static ComposeFile config() {
        Command config = new Command(
                        Program.DOCKER_COMPOSE.path(),
                        "--file",
                        Checkout.file("deploy/compose.yaml").toString(),
                        "config")
                .with(Map.of("SLUICE_CLUSTER_SECRET", SECRET));
        return new ComposeFile(Yaml.parse(config.print()));
    }

    Yaml service(String name) {
        return document.at("services").at(name);
    }

    /** The services that run the gateway. */
    List<String> gateways() {
        return document.at("services").keys().stream()
                .filter(name -> service(name).at("image").text().equals(GatewayImage.NAME))
                .toList();
    }

    /** The environment of a service. */
    Map<String, String> environment(String service) {
        return service(service).at("environment").values();
    }

    /** The command that says whether a service is well. */
    List<String> healthCheck(String service) {
        List<String> test = service(service).at("healthcheck").at("test").texts();
        if (!test.getFirst().equals("CMD")) {
            throw new AssertionError(service + " is checked by no command of its own: " + test);
        }
        return test.subList(1, test.size());
    }

    /** The ports that a service publishes, as {@code [address:]published:target}. */
    List<String> published(String service) {
        return service(service).at("ports").elements().stream()
                .map(ComposeFile::port)
                .toList();
    }

    /** The files and directories of this checkout that services are given. */
    Stream<String> mountedFiles() {
        return document.at("services").keys().stream()
                .flatMap(name -> service(name).at("volumes").texts().stream())
                .filter(volume -> volume.startsWith("/"))
                .map(volume -> volume.substring(0, volume.indexOf(':')));
    }

    /** Compose prints the short form or the long one. */
    private static String port(Yaml port) {
        return port.keys().isEmpty()
                ? port.text()
                : port.at("published").text() + ":" + port.at("target").text();
    }
}
