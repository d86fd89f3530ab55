package io.sluice.testing.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The {@code redis-server} that a Maven artifact brings for the usual machines, unpacked when it is first wanted. */
final class PackedRedis {

    private static final String NAME = "/redis-server-7.0.15-";

    private static @Nullable Path unpacked;

    private PackedRedis() {}

    /** Where it is, if there is one for this machine; it goes when the JVM ends. */
    static synchronized Optional<Path> find() {
        if (unpacked == null) {
            unpacked = unpack();
        }
        return Optional.ofNullable(unpacked);
    }

    private static @Nullable Path unpack() {
        try (InputStream packed = PackedRedis.class.getResourceAsStream(NAME + system() + "-" + architecture())) {
            if (packed == null) {
                return null;
            }
            Path program = Files.createTempFile("redis-server", "");
            program.toFile().deleteOnExit();
            Files.copy(packed, program, StandardCopyOption.REPLACE_EXISTING);
            if (!program.toFile().setExecutable(true)) {
                throw new IOException(program + " cannot be made executable");
            }
            return program;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String system() {
        return System.getProperty("os.name").startsWith("Mac") ? "darwin" : "linux";
    }

    private static String architecture() {
        String name = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        return name.equals("aarch64") ? "arm64" : name;
    }
}
