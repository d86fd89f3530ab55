package io.sluice.testing;

import java.lang.StackWalker.StackFrame;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * Locks of Lettuce that each of its threads may have to wait for: around a write, around a connection that becomes usable,
 * around the list of a cluster's nodes and that of their connections. Each is held for a few instructions, never over a
 * wait. They are told by the class that locks, since much of it is done in lambdas, whose names are the compiler's.
 */
final class ShortLocks {

    private static final String LOCK = ReentrantLock.class.getName();

    private static final List<String> OWNERS = List.of(
            "io.lettuce.core.protocol.SharedLock",
            "io.lettuce.core.cluster.PooledClusterConnectionProvider",
            "io.lettuce.core.cluster.models.partitions.Partitions");

    private static final StackWalker STACK = StackWalker.getInstance();

    private ShortLocks() {}

    /** Whether this thread is about to wait for one of them. */
    static boolean isWaitedFor() {
        return STACK.walk(ShortLocks::isTheirLock);
    }

    /** Whether the first lock up the stack is one of theirs. */
    private static boolean isTheirLock(Stream<StackFrame> frames) {
        return frames.dropWhile(frame -> !isLock(frame))
                .dropWhile(ShortLocks::isLock)
                .findFirst()
                .filter(frame -> OWNERS.stream().anyMatch(frame.getClassName()::startsWith))
                .isPresent();
    }

    private static boolean isLock(StackFrame frame) {
        return frame.getClassName().equals(LOCK) && frame.getMethodName().equals("lock");
    }
}
