package io.sluice.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The files of this project. */
public final class Checkout {

    private static final Path ROOT = Path.of(System.getProperty("e2e.checkout", ".."));

    private Checkout() {}

    static Path root() {
        return ROOT.toAbsolutePath().normalize();
    }

    public static Path file(String path) {
        return root().resolve(path);
    }

    /** A file that an operator is meant to copy, with the address of the gateway changed to another one. */
    static String snippet(String path, String address, String replacement) {
        try {
            String text = Files.readString(file(path));
            if (!text.contains(address)) {
                throw new AssertionError(path + " does not name " + address);
            }
            return text.replace(address, replacement);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
