package io.sluice.testing.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackedRedisTest {

    @Test
    void itStartsAndAnswersAndTellsOfChanges(@TempDir Path directory) {
        Path program = PackedRedis.find().orElseThrow();
        try (RedisServer server = RedisServer.startProgram(program, directory);
                RedisConsole console = server.console()) {
            assertThat(console.send("PING")).isEqualTo("PONG");
            assertThat(console.send("INFO", "server")).contains("redis_version:7.");
            assertThat(console.send("CLIENT", "TRACKING", "ON", "REDIRECT", console.send("CLIENT", "ID"), "BCAST"))
                    .isEqualTo("OK");
        }
    }
}
