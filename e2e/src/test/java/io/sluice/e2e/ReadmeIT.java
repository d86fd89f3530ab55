package io.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.process.BackgroundProcess;
import io.sluice.testing.process.Ports;
import io.sluice.testing.process.Requests;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a newcomer types first works in a checkout in which nothing has been built. */
class ReadmeIT {

    /** It compiles everything, on a slow machine. */
    private static final Duration START_LIMIT = Duration.ofMinutes(8);

    private static final Set<String> NOT_IN_A_FRESH_CHECKOUT = Set.of("target", "data", ".git");

    @Test
    void theFirstCommandStartsAGatewayThatAnswers(@TempDir Path directory) throws IOException {
        Path checkout = directory.resolve("sluice");
        copyCheckoutTo(checkout);
        String command = firstCommandOf(Files.readString(checkout.resolve("README.md")));
        int port = Ports.free();
        int managementPort = Ports.free();
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", command).directory(checkout.toFile());
        builder.environment().put("SERVER_PORT", Integer.toString(port));
        builder.environment().put("MANAGEMENT_SERVER_PORT", Integer.toString(managementPort));
        builder.redirectInput(Path.of("/dev/null").toFile());

        try (HttpClient http = HttpClient.newHttpClient();
                BackgroundProcess process = BackgroundProcess.start(builder, directory.resolve("run.log"))) {
            process.awaitReady(
                    START_LIMIT,
                    () -> get(http, managementPort, "/actuator/health").statusCode() == 200);

            assertThat(command).contains("spring-boot:run");
            assertThat(get(http, port, "/v2/").statusCode()).isEqualTo(200);
            HttpResponse<byte[]> metrics = get(http, managementPort, "/actuator/prometheus");
            assertThat(metrics.statusCode()).isEqualTo(200);
            assertThat(new String(metrics.body(), StandardCharsets.UTF_8)).contains("jvm_memory_used_bytes");
            assertThat(get(http, port, "/actuator/prometheus").statusCode()).isEqualTo(404);
        }
    }

    /** The first line of the first block of code. */
    private static String firstCommandOf(String readme) {
        return readme.lines()
                .dropWhile(line -> !line.startsWith("```"))
                .skip(1)
                .findFirst()
                .orElseThrow();
    }

    private static HttpResponse<byte[]> get(HttpClient http, int port, String path) {
        return Requests.get(http, URI.create("http://127.0.0.1:" + port + path));
    }

    private static void copyCheckoutTo(Path copy) throws IOException {
        Path root = Checkout.root();
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                if (isLeftOut(directory)) {
                    return FileVisitResult.SKIP_SUBTREE;
                }
                Files.createDirectories(copy.resolve(root.relativize(directory)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (!isLeftOut(file)) {
                    Files.copy(file, copy.resolve(root.relativize(file)));
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static boolean isLeftOut(Path path) {
        return NOT_IN_A_FRESH_CHECKOUT.contains(path.getFileName().toString());
    }
}
