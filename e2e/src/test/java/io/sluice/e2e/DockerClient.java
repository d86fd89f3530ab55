package io.sluice.e2e;

import io.sluice.e2e.PublishedImage.By;
import io.sluice.testing.process.DockerDaemon;
import io.sluice.testing.process.Finished;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Docker, and how it reaches each source. */
final class DockerClient implements PullClient {

    /**
     * A way to a source.
     *
     * @param daemon the daemon that pulls
     * @param prefix what stands in front of the repository in the image's name
     */
    record Way(DockerDaemon daemon, String prefix) {}

    private final Ways<Way> ways;

    DockerClient(Ways<Way> ways) {
        this.ways = ways;
    }

    /** 20.10 knows gzip, bzip2 and xz. */
    @Override
    public boolean unpacks(ImageKind kind) {
        return kind != ImageKind.ZSTD;
    }

    @Override
    public Pulled pull(Source source, PublishedImage image, By by) {
        Way way = ways.to(source);
        String name = way.prefix() + image.repository() + image.suffix(by);
        Finished pull = way.daemon().command("pull", name).run();
        if (pull.status() != 0) {
            return Pulled.failure(pull, name);
        }
        Map<String, String> content = new TreeMap<>();
        content.put("image", inspect(way, name, "{{.Id}} {{.Architecture}} {{.RootFS.Layers}}"));
        content.put("digests", inspect(way, name, "{{.RepoDigests}}").replace(way.prefix(), ""));
        content.put(
                "printed",
                pull.text()
                        .lines()
                        .filter(line -> line.startsWith("Digest: "))
                        .toList()
                        .toString());
        way.daemon().command("rmi", "--force", inspect(way, name, "{{.Id}}")).print();
        return Pulled.content(content);
    }

    @Override
    public void close() {
        Stream.of(ways.toGateway(), ways.toRegistry())
                .map(Way::daemon)
                .distinct()
                .forEach(DockerDaemon::close);
    }

    private static String inspect(Way way, String name, String format) {
        return way.daemon()
                .command("image", "inspect", "--format", format, name)
                .print();
    }
}
