package io.sluice.e2e;

import io.sluice.e2e.PublishedImage.By;
import io.sluice.oci.Digest;
import io.sluice.testing.process.Command;
import io.sluice.testing.process.Finished;
import io.sluice.testing.process.Program;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** skopeo, which copies every platform of an image into a directory. */
final class SkopeoClient implements PullClient {

    private static final int CHUNK = 1 << 16;

    private final ContainersTools tools;
    private final Ways<String> prefixes;

    SkopeoClient(ContainersTools tools, Ways<String> prefixes) {
        this.tools = tools;
        this.prefixes = prefixes;
    }

    @Override
    public Pulled pull(Source source, PublishedImage image, By by) {
        Path copy = tools.directory().resolve("copy");
        Finished pull = skopeo("copy", "--all", "--src-tls-verify=false", name(source, image, by), "dir:" + copy)
                .run();
        if (pull.status() != 0) {
            return Pulled.failure(pull, name(source, image, by));
        }
        return Pulled.content(takeAway(copy));
    }

    /** The bytes of the manifest as they came. */
    Finished inspectRaw(Source source, PublishedImage image, By by) {
        return skopeo("inspect", "--raw", "--tls-verify=false", name(source, image, by))
                .run();
    }

    private String name(Source source, PublishedImage image, By by) {
        return "docker://" + prefixes.to(source) + image.repository() + image.suffix(by);
    }

    private Command skopeo(String... arguments) {
        List<String> words = new ArrayList<>(
                List.of(Program.SKOPEO.path(), "--policy", tools.policy().toString()));
        words.addAll(List.of(arguments));
        return new Command(words).with(tools.environment());
    }

    /** The name and the hash of every file of the directory, which is then gone. */
    private static Map<String, String> takeAway(Path directory) {
        Map<String, String> hashes = new TreeMap<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                hashes.put(file.getFileName().toString(), hash(file).text());
                Files.delete(file);
            }
            Files.delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return hashes;
    }

    private static Digest hash(Path file) throws IOException {
        MessageDigest hash = Digest.Algorithm.SHA256.newMessageDigest();
        byte[] chunk = new byte[CHUNK];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                hash.update(chunk, 0, read);
            }
        }
        return Digest.of(Digest.Algorithm.SHA256, hash.digest());
    }
}
