package io.sluice.benchmarks.peer;

import io.sluice.testing.process.Command;
import io.sluice.testing.process.DockerRegistry;
import io.sluice.testing.process.Finished;
import io.sluice.testing.process.GatewayJar;
import io.sluice.testing.process.Program;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Starts what is compared. All of them log each request to a file and count it for their metrics. */
public final class Peers {

    /** The name of the gateway's column. */
    public static final String GATEWAY = "sluice";

    public static final String NGINX = "nginx";
    public static final String DISTRIBUTION = "distribution";

    /** The name of the registry's own column. */
    public static final String DIRECT = "direct";

    private Peers() {}

    /** The flags of the JVM with which docs/operating.md tells an operator to start the gateway. */
    public static List<String> gatewayFlags(Path checkout) {
        Path options = checkout.resolve("deploy/jvm.options").toAbsolutePath();
        return List.of("-Xmx256m", "-XX:MaxDirectMemorySize=128m", "@" + options);
    }

    /** The registry, asked without anything in between. */
    public static Peer direct(DockerRegistry registry) {
        return new Peer(DIRECT, distributionVersion(), registry.uri(), registry.pid(), () -> {});
    }

    /** The gateway as one of those that are compared. */
    public static Peer gateway(Path checkout, GatewayJar gateway) {
        return new Peer(GATEWAY, gatewayVersion(checkout), gateway.uri(), gateway.pid(), gateway);
    }

    /**
     * Starts the gateway with one route and an empty cache that holds everything; tags stay fresh for a day, as nginx has
     * them.
     *
     * @param checkout where it was built
     * @param directory its working directory
     */
    public static GatewayJar gatewayJar(Path checkout, Path directory, URI upstream) {
        return gatewayJar(checkout, directory, upstream, List.of());
    }

    /** The same with more flags of the JVM. */
    public static GatewayJar gatewayJar(Path checkout, Path directory, URI upstream, List<String> moreFlags) {
        List<String> flags = new ArrayList<>(gatewayFlags(checkout));
        flags.addAll(moreFlags);
        return GatewayJar.start(jar(checkout), directory, flags, """
            spring: {lifecycle: {timeout-per-shutdown-phase: 5s}}
            sluice:
              cache: {directory: cache, max-size: 40GB}
              routes:
                origin: {upstream: "%s", root: true, tags: {fresh-for: 24h, stale-for: 48h}}
            """.formatted(upstream));
    }

    /** One with a Redis, that asks nobody again where a tag points. */
    public static GatewayJar gatewayWithRedis(Path checkout, Path directory, String upstream, String redis) {
        return GatewayJar.start(
                jar(checkout),
                directory,
                gatewayFlags(checkout),
                new GatewayJar.Configuration("""
                    spring: {lifecycle: {timeout-per-shutdown-phase: 5s}}
                    sluice:
                      cache: {directory: cache}
                      routes:
                        origin: {upstream: "%s", root: true, tags: {fresh-for: 24h, stale-for: 48h}}
                    """.formatted(upstream), Map.of("SLUICE_REDIS_URL", redis)));
    }

    /** The packaged gateway of a checkout. */
    public static Path jar(Path checkout) {
        return checkout.resolve("gateway/target/sluice.jar");
    }

    /** Starts nginx with an empty {@code proxy_cache} in which one request fetches for all who wait. */
    public static Peer nginx(Path directory, URI upstream) {
        NginxProcess nginx = NginxProcess.start(directory, upstream);
        Finished version = new Command(Program.NGINX.path(), "-v").run();
        return new Peer(
                NGINX, version.errors().strip().replaceFirst("nginx version: ", ""), nginx.uri(), nginx.pid(), nginx);
    }

    /** Starts distribution as an empty pull-through proxy. */
    public static Peer distribution(Path directory, URI upstream) {
        DockerRegistry proxy = DockerRegistry.startProxy(directory, upstream);
        return new Peer(DISTRIBUTION, distributionVersion(), proxy.uri(), proxy.pid(), proxy);
    }

    private static String distributionVersion() {
        return new Command(Program.DOCKER_REGISTRY.path(), "--version").print().replaceFirst("^\\S+ ", "");
    }

    private static String gatewayVersion(Path checkout) {
        Finished commit = new Command("git", "-C", checkout.toString(), "describe", "--always", "--dirty").run();
        return "sluice " + (commit.status() == 0 ? commit.text() : "of an unknown commit") + " on JDK "
                + Runtime.version();
    }
}
