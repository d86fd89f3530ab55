package io.sluice.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a container is given, unless this machine allows less: by itself podman asks for more than a root without
 * {@code CAP_SYS_RESOURCE} may give.
 */
enum HardLimit {
    OPEN_FILES("nofile", "Max open files", 65_536),
    PROCESSES("nproc", "Max processes", 4_096);

    private static final Path LIMITS = Path.of("/proc/self/limits");

    private final String option;
    private final String name;
    private final long enough;

    HardLimit(String option, String name, long enough) {
        this.option = option;
        this.name = name;
        this.enough = enough;
    }

    /** podman's options for them all. */
    static List<String> options() {
        return Stream.of(values()).map(HardLimit::option).toList();
    }

    private String option() {
        long limit = Math.min(enough, allowed());
        return "--ulimit=" + option + "=" + limit + ":" + limit;
    }

    /** The line is name, soft limit, hard limit, unit. */
    private long allowed() {
        try (Stream<String> lines = Files.lines(LIMITS)) {
            String[] limits = lines.filter(line -> line.startsWith(name))
                    .findFirst()
                    .orElseThrow()
                    .substring(name.length())
                    .strip()
                    .split(" +");
            return limits[1].equals("unlimited") ? enough : Long.parseLong(limits[1]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
