package io.sluice.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;

/** A process and those that it has started. */
record ProcessTree(long pid) {

    /**
     * What they hold of the memory, MiB: of a page that several processes share each has its part.
     *
     * @see <a href="https://docs.kernel.org/filesystems/proc.html">Linux, The /proc Filesystem, smaps_rollup</a>
     */
    double residentMib() {
        LongStream all = ProcessHandle.of(pid).stream()
                .flatMap(ProcessHandle::descendants)
                .mapToLong(ProcessHandle::pid);
        return LongStream.concat(LongStream.of(pid), all)
                        .mapToDouble(ProcessTree::proportionalKib)
                        .sum()
                / 1024;
    }

    private static double proportionalKib(long pid) {
        try {
            return kib(Files.readAllLines(Path.of("/proc", Long.toString(pid), "smaps_rollup")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The {@code Pss} of the lines of a {@code smaps_rollup}, KiB. */
    static double kib(List<String> lines) {
        return lines.stream()
                .filter(line -> line.startsWith("Pss:"))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")))
                .sum();
    }
}
