package io.sluice.gateway.upstream.credential;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file with a secret in it, such as Kubernetes and Docker mount: a link that is swapped is followed anew each time. */
public final class SecretFile {

    /** The largest that is read, bytes. */
    static final int MAX_BYTES = 64 * 1_024;

    private SecretFile() {}

    /**
     * The secret without the newline at its end; blocks.
     *
     * @throws IOException if there is none; what it says holds nothing of the file
     */
    public static String read(Path file) throws IOException {
        String text = new String(bytes(file), StandardCharsets.UTF_8);
        int end = text.length();
        while (end > 0 && (text.charAt(end - 1) == '\n' || text.charAt(end - 1) == '\r')) {
            end--;
        }
        if (end == 0) {
            throw new IOException(file + " is empty");
        }
        return text.substring(0, end);
    }

    /** All of a file that is not too large; blocks. */
    static byte[] bytes(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new IOException(file + " has more than " + MAX_BYTES + " bytes");
            }
            return bytes;
        }
    }
}
