package io.sluice.gateway;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A program that asks the gateway beside it whether it takes requests, and ends with 0 if it does, with 1 if not. It is for
 * an image in which there is no other program that could ask. It blocks, for {@link #LIMIT} at most for the connection and as
 * long for the answer.
 *
 * <p>Where to ask it takes from {@code MANAGEMENT_SERVER_ADDRESS} and {@code MANAGEMENT_SERVER_PORT}, like the gateway.
 */
public final class ReadinessProbe {

    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final int OK = 200;

    private ReadinessProbe() {}

    public static void main(String[] arguments) {
        System.exit(isReady(readiness(System.getenv())) ? 0 : 1);
    }

    static boolean isReady(URI readiness) {
        try {
            HttpURLConnection connection = (HttpURLConnection) readiness.toURL().openConnection();
            connection.setConnectTimeout((int) LIMIT.toMillis());
            connection.setReadTimeout((int) LIMIT.toMillis());
            return connection.getResponseCode() == OK;
        } catch (IOException e) {
            return false;
        }
    }

    static URI readiness(Map<String, String> environment) {
        String port = environment.getOrDefault("MANAGEMENT_SERVER_PORT", "8081");
        String host = host(environment.get("MANAGEMENT_SERVER_ADDRESS"));
        return URI.create("http://" + host + ":" + port + "/actuator/health/readiness");
    }

    /** What listens on all addresses listens on the loopback too. */
    private static String host(@Nullable String address) {
        if (address == null || address.isEmpty() || address.equals("0.0.0.0") || address.equals("::")) {
            return "127.0.0.1";
        }
        return address.contains(":") ? "[" + address + "]" : address;
    }
}
