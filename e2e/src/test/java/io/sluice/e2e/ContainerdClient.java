package io.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.e2e.PublishedImage.By;
import io.sluice.testing.process.Finished;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** containerd's {@code ctr}, and how it reaches each source. */
final class ContainerdClient implements PullClient {

    /**
     * A way to a source.
     *
     * @param prefix what stands in front of the repository in the image's name
     * @param options what the pull needs besides
     */
    record Way(String prefix, List<String> options) {}

    /** Copies files, so that it needs nothing of the kernel. */
    private static final String SNAPSHOTTER = "native";

    private final ContainerdDaemon daemon;
    private final Ways<Way> ways;

    ContainerdClient(ContainerdDaemon daemon, Ways<Way> ways) {
        this.daemon = daemon;
        this.ways = ways;
    }

    @Override
    public Pulled pull(Source source, PublishedImage image, By by) {
        Way way = ways.to(source);
        String name = name(way, image, by);
        Finished pull = pull(way, name, List.of());
        if (pull.status() != 0) {
            return Pulled.failure(pull, name);
        }
        Map<String, String> content = Map.of(
                "target", target(name),
                "state", state(name),
                "content", String.join(" ", heldContent()));
        forget(name);
        return Pulled.content(content);
    }

    /** Pulls the image, forgets it, and returns every request and every answer. */
    String dump(Source source, PublishedImage image, By by) {
        Way way = ways.to(source);
        String name = name(way, image, by);
        Finished pull = pull(way, name, List.of("--http-dump")).succeeded();
        forget(name);
        return pull.text() + pull.errors();
    }

    @Override
    public void close() {
        daemon.close();
    }

    private static String name(Way way, PublishedImage image, By by) {
        return way.prefix() + image.repository() + image.suffix(by);
    }

    private Finished pull(Way way, String name, List<String> options) {
        List<String> words = new ArrayList<>(List.of("images", "pull", "--snapshotter", SNAPSHOTTER));
        words.addAll(way.options());
        words.addAll(options);
        words.add(name);
        return daemon.ctr(words.toArray(String[]::new)).run();
    }

    private void forget(String name) {
        daemon.ctr("images", "rm", "--sync", name).print();
        assertThat(heldContent()).as("content left of " + name).isEmpty();
    }

    /** Media type and digest of what the name points to. */
    private String target(String name) {
        List<String> columns = row("images", "ls", "name==" + name);
        return columns.get(1) + " " + columns.get(2);
    }

    /** Whether all of it is there, and unpacked. */
    private String state(String name) {
        List<String> columns = row("images", "check", "--snapshotter", SNAPSHOTTER, "name==" + name);
        return columns.get(3) + " " + columns.get(4) + ", unpacked: " + columns.getLast();
    }

    /** The columns of the only row of a table. */
    private List<String> row(String... command) {
        String row = daemon.ctr(command).print().lines().skip(1).findFirst().orElseThrow();
        return List.of(row.strip().split("\\s+"));
    }

    private List<String> heldContent() {
        return daemon.ctr("content", "ls", "--quiet").print().lines().sorted().toList();
    }
}
