package io.sluice.e2e;

import io.sluice.e2e.PublishedImage.By;
import io.sluice.testing.process.Command;
import io.sluice.testing.process.Finished;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** podman, and how it reaches each source. It needs no daemon. */
final class PodmanClient implements PullClient {

    /**
     * A way to a source.
     *
     * @param tools where it keeps things and how it is configured
     * @param prefix what stands in front of the repository in the image's name
     * @param options what the pull needs besides
     */
    record Way(ContainersTools tools, String prefix, List<String> options) {}

    private final Ways<Way> ways;

    PodmanClient(Ways<Way> ways) {
        this.ways = ways;
    }

    @Override
    public Pulled pull(Source source, PublishedImage image, By by) {
        Way way = ways.to(source);
        String name = way.prefix() + image.repository() + image.suffix(by);
        List<String> words = new ArrayList<>(List.of(
                "pull", "--quiet", "--signature-policy", way.tools().policy().toString()));
        words.addAll(way.options());
        words.add(name);
        Finished pull = podman(way, words).run();
        if (pull.status() != 0) {
            return Pulled.failure(pull, name);
        }
        Map<String, String> content = Map.of(
                "printed", pull.text(),
                "image", inspect(way, name, "{{.Id}} {{.Digest}} {{.ManifestType}} {{.RootFS.Layers}}"),
                "digests", inspect(way, name, "{{.RepoDigests}}").replace(way.prefix(), ""));
        podman(way, List.of("rmi", "--force", "--all")).print();
        return Pulled.content(content);
    }

    private static String inspect(Way way, String name, String format) {
        return podman(way, List.of("image", "inspect", "--format", format, name))
                .print();
    }

    private static Command podman(Way way, List<String> arguments) {
        return new Podman(way.tools()).command(arguments);
    }
}
