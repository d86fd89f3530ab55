package io.sluice.cache;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Other processes, with the class path of the tests. */
public final class Jvm {

    private Jvm() {}

    /** How to run a class that has a main method, in little memory. */
    public static ProcessBuilder running(Class<?> main, int heapMebibytes, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heapMebibytes + "m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                main.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command);
    }
}
