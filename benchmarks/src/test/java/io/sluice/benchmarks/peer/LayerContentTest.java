package io.sluice.benchmarks.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.oci.Digest;
import io.sluice.testing.process.Command;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LayerContentTest {

    @ParameterizedTest
    @ValueSource(longs = {1, 512, 100_000})
    void itIsATarFileOfOneFileOfThatSize(long size, @TempDir Path directory) throws IOException {
        LayerContent layer = LayerContent.of(7, size);
        Path file = directory.resolve("layer.tar");
        try (InputStream in = layer.open()) {
            Files.copy(in, file);
        }

        assertThat(file).hasSize(layer.size());
        assertThat(Digest.hash(Digest.Algorithm.SHA256, Files.readAllBytes(file)))
                .isEqualTo(layer.digest());
        assertThat(new Command("tar", "-tvf", file.toString()).print()).contains(" " + size + " ", "noise-7");
    }

    @Test
    void anotherNumberMakesAnotherLayer() throws IOException {
        assertThat(LayerContent.of(1, 1_000).digest())
                .isNotEqualTo(LayerContent.of(2, 1_000).digest());
    }
}
