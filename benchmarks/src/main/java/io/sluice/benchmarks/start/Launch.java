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
        List<String> plain = new ArrayList<>(List.of(java));
        plain.addAll(Peers.gatewayFlags(checkout));
        plain.addAll(List.of("-jar", Peers.jar(checkout).toString()));
        launches.add(new Launch(PLAIN, List.copyOf(plain)));
        Path script = checkout.resolve(SCRIPT);
        if (Files.isExecutable(script)) {
            launches.add(new Launch(SCRIPT, List.of(script.toString())));
        }
        return launches;
    }
}
