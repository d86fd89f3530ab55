package io.sluice.testing.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A Redis Cluster of three masters, each with a third of the slots. */
public final class RedisNodes implements Started {

    private static final int SLOTS = 16_384;
    private static final int NODES = 3;

    private final List<RedisServer> nodes = new ArrayList<>();

    private RedisNodes(Path directory, Running running) {
        for (int i = 0; i < NODES; i++) {
            nodes.add(running.add(RedisServer.start(
                    directory.resolve("node-" + i),
                    "--cluster-enabled",
                    "yes",
                    "--cluster-node-timeout",
                    "2000",
                    "--cluster-port",
                    Integer.toString(Ports.free()))));
        }
        for (int i = 0; i < NODES; i++) {
            RedisServer node = nodes.get(i);
            node.send(
                    "CLUSTER",
                    "ADDSLOTSRANGE",
                    Integer.toString(SLOTS * i / NODES),
                    Integer.toString(SLOTS * (i + 1) / NODES - 1));
            node.send("CLUSTER", "SET-CONFIG-EPOCH", Integer.toString(i + 1));
        }
        for (RedisServer other : nodes.subList(1, NODES)) {
            String busPort =
                    other.send("CONFIG", "GET", "cluster-port").lines().toList().getLast();
            nodes.getFirst().send("CLUSTER", "MEET", "127.0.0.1", Integer.toString(other.port()), busPort);
        }
    }

    /** Starts them. */
    public static RedisNodes start(Path directory) {
        Running running = new Running();
        try {
            return new RedisNodes(directory, running);
        } catch (RuntimeException | Error e) {
            running.end();
            throw e;
        }
    }

    /** Whether each node knows the others, and that all slots are served. */
    public boolean isReady() {
        return nodes.stream().allMatch(node -> {
            String info = node.send("CLUSTER", "INFO");
            return info.contains("cluster_state:ok") && info.contains("cluster_known_nodes:" + NODES);
        });
    }

    public List<RedisServer> nodes() {
        return List.copyOf(nodes);
    }

    /** {@code redis-cluster://127.0.0.1:<port>,…}. */
    public String url() {
        return "redis-cluster://"
                + nodes.stream().map(node -> "127.0.0.1:" + node.port()).collect(Collectors.joining(","));
    }

    @Override
    public void close() {
        nodes.forEach(RedisServer::close);
    }
}
