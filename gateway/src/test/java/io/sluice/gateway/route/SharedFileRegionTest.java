package io.sluice.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedFileRegionTest {

    @Test
    void theFileStaysOpenWhenARegionOfItHasBeenSent(@TempDir Path directory) throws IOException {
        Path path = Files.writeString(directory.resolve("file"), "0123456789");
        try (FileChannel file = FileChannel.open(path)) {
            ByteArrayOutputStream sent = new ByteArrayOutputStream();
            SharedFileRegion region = new SharedFileRegion(file, 2, 5);

            region.transferTo(Channels.newChannel(sent), 0);
            boolean released = region.release();

            assertThat(sent).hasToString("23456");
            assertThat(region.transferred()).isEqualTo(5);
            assertThat(released).isTrue();
            assertThat(file.isOpen()).isTrue();
        }
    }
}
