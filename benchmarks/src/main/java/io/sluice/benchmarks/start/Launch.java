package io.sluice.benchmarks.start;

import io.sluice.benchmarks.peer.Peers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A way to start the gateway.
 *
 * @param name the column of the tables
 * @param command with all its arguments
 */
record Launch(String name, List<String> command) {

    static final String PLAIN = "java -jar";
    static final String SCRIPT = "deploy/run";

    /** Those that this checkout has: the plain one always, the script where it is there. */
    static List<Launch> of(Path checkout) {
        List<Launch> launches = new ArrayList<>();
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        launches.add(new Launch(
                PLAIN, with(List.of(java), List.of("-jar", Peers.jar(checkout).toString()))));
        Path script = checkout.resolve(SCRIPT);
        if (Files.isExecutable(script)) {
            launches.add(new Launch(SCRIPT, with(List.of(script.toString()), List.of())));
        }
        return launches;
    }

    private static List<String> with(List<String> before, List<String> after) {
        List<String> words = new ArrayList<>(before);
        words.addAll(Peers.GATEWAY_FLAGS);
        words.addAll(after);
        return words;
    }
}
