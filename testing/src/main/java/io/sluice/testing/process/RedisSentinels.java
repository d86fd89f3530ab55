package io.sluice.testing.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A Redis, a replica of it, and a sentinel that makes the one the master when the other is gone for a second. */
public final class RedisSentinels implements Started {

    /** What the sentinel calls the master. */
    public static final String MASTER = "mymaster";

    private final RedisServer first;
    private final RedisServer second;
    private final RedisServer sentinel;

    private RedisSentinels(Path directory, Running running) {
        this.first = running.add(RedisServer.start(directory.resolve("first")));
        this.second = running.add(RedisServer.start(
                directory.resolve("second"),
                "--replicaof",
                "127.0.0.1 " + first.port(),
                "--repl-diskless-sync-delay",
                "0"));
        this.sentinel = running.add(
                RedisServer.start(directory, configuration(directory).toString(), "--sentinel"));
    }

    /** Starts them. */
    public static RedisSentinels start(Path directory) {
        Running running = new Running();
        try {
            return new RedisSentinels(directory, running);
        } catch (RuntimeException | Error e) {
            running.end();
            throw e;
        }
    }

    private Path configuration(Path directory) {
        String text = """
                sentinel monitor %1$s 127.0.0.1 %2$d 1
                sentinel down-after-milliseconds %1$s 1000
                sentinel failover-timeout %1$s 5000
                """.formatted(MASTER, first.port());
        try {
            return Files.writeString(Files.createDirectories(directory).resolve("sentinel.conf"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The master of the beginning. */
    public RedisServer first() {
        return first;
    }

    /** Its replica. */
    public RedisServer second() {
        return second;
    }

    /** Whether the sentinel knows the replica, without which it cannot replace the master. */
    public boolean isReady() {
        return sentinel.send("SENTINEL", "replicas", MASTER).contains(Integer.toString(second.port()))
                && second.send("INFO", "replication").contains("master_link_status:up");
    }

    /** {@code redis-sentinel://127.0.0.1:<port>#mymaster}. */
    public String url() {
        return "redis-sentinel://127.0.0.1:" + sentinel.port() + "#" + MASTER;
    }

    @Override
    public void close() {
        sentinel.close();
        second.close();
        first.close();
    }
}
