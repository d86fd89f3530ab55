package io.sluice.testing;

import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;
import reactor.blockhound.BlockHound;
import reactor.blockhound.BlockingMethod;
import reactor.blockhound.BlockingOperationError;

/**
 * Makes a blocking call on an event loop, or on any other thread of Reactor that must not block, fail (G10). It is on in
 * every test JVM whose class path has this module: JUnit Platform finds it by itself.
 *
 * <p>Beside what BlockHound knows it marks the work of files: reading, writing, forcing and locking through a
 * {@code FileChannel}, the native methods of {@code RandomAccessFile} by their names of JDK 25, and opening, renaming
 * and deleting by path.
 */
public final class BlockHoundGate implements LauncherSessionListener {

    private static final String FILE_CHANNEL = "sun.nio.ch.FileChannelImpl";
    private static final String FILE_PATHS = "sun.nio.fs.UnixNativeDispatcher";

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        BlockHound.Builder gate = BlockHound.builder().loadIntegrations();
        markFileChannels(gate);
        markRandomAccessFiles(gate);
        markPaths(gate);
        allowWhatBlocksForGoodReason(gate);
        // Now, while the loading of the classes that it needs is no blocking call yet.
        ShortLocks.isWaitedFor();
        gate.blockingMethodCallback(BlockHoundGate::refuse).install();
    }

    private static void refuse(BlockingMethod method) {
        if (!ShortLocks.isWaitedFor()) {
            throw new BlockingOperationError(method);
        }
    }

    private static void markFileChannels(BlockHound.Builder gate) {
        gate.markAsBlocking(FILE_CHANNEL, "read", "(Ljava/nio/ByteBuffer;)I")
                .markAsBlocking(FILE_CHANNEL, "read", "(Ljava/nio/ByteBuffer;J)I")
                .markAsBlocking(FILE_CHANNEL, "read", "([Ljava/nio/ByteBuffer;II)J")
                .markAsBlocking(FILE_CHANNEL, "write", "(Ljava/nio/ByteBuffer;)I")
                .markAsBlocking(FILE_CHANNEL, "write", "(Ljava/nio/ByteBuffer;J)I")
                .markAsBlocking(FILE_CHANNEL, "write", "([Ljava/nio/ByteBuffer;II)J")
                .markAsBlocking(FILE_CHANNEL, "force", "(Z)V")
                .markAsBlocking(FILE_CHANNEL, "truncate", "(J)Ljava/nio/channels/FileChannel;")
                .markAsBlocking(FILE_CHANNEL, "transferTo", "(JJLjava/nio/channels/WritableByteChannel;)J")
                .markAsBlocking(FILE_CHANNEL, "transferFrom", "(Ljava/nio/channels/ReadableByteChannel;JJ)J")
                .markAsBlocking(FILE_CHANNEL, "lock", "(JJZ)Ljava/nio/channels/FileLock;");
    }

    private static void markRandomAccessFiles(BlockHound.Builder gate) {
        gate.markAsBlocking("java.io.RandomAccessFile", "readBytes0", "([BII)I")
                .markAsBlocking("java.io.RandomAccessFile", "writeBytes0", "([BII)V");
    }

    private static void markPaths(BlockHound.Builder gate) {
        gate.markAsBlocking(FILE_PATHS, "open0", "(JII)I")
                .markAsBlocking(FILE_PATHS, "rename0", "(JJ)V")
                .markAsBlocking(FILE_PATHS, "unlink0", "(J)V")
                .markAsBlocking(FILE_PATHS, "mkdir0", "(JI)V")
                .markAsBlocking(FILE_PATHS, "opendir0", "(J)J");
    }

    private static void allowWhatBlocksForGoodReason(BlockHound.Builder gate) {
        // sendfile: the zero-copy path reads the page cache into the socket from the event loop, by design of Netty.
        gate.allowBlockingCallsInside("io.netty.channel.DefaultFileRegion", "transferTo");
        // Under TLS the same pages are read into a buffer first.
        gate.allowBlockingCallsInside("io.sluice.gateway.transfer.BufferedPiece", "ready");
        // Handing work to a thread of its own: the queue's locks are held for a few instructions, never over a wait.
        gate.allowBlockingCallsInside("java.util.concurrent.LinkedBlockingQueue", "offer");
        // Lettuce asks its bounded queue for its length.
        gate.allowBlockingCallsInside("io.lettuce.core.protocol.DefaultEndpoint", "validateWrite");
        // The first lambda or string concatenation of a call site loads and links classes, once.
        gate.allowBlockingCallsInside("java.lang.invoke.MethodHandleNatives", "linkCallSite");
        gate.allowBlockingCallsInside("java.lang.invoke.MethodHandleNatives", "linkMethod");
        // A class that is loaded by name, or a provider that is looked up, opens its jar, once.
        gate.allowBlockingCallsInside("java.lang.Class", "forName");
        gate.allowBlockingCallsInside("java.util.ServiceLoader$LazyClassPathLookupIterator", "hasNext");
        // Seeding and reseeding read /dev/urandom, which does not wait.
        gate.allowBlockingCallsInside("java.security.SecureRandom", "nextBytes");
        gate.allowBlockingCallsInside("java.security.SecureRandom", "generateSeed");
        // The first TLS context reads the JDK's own trust store and providers, once.
        gate.allowBlockingCallsInside("sun.security.jca.ProviderConfig", "getProvider");
        gate.allowBlockingCallsInside("sun.security.ssl.TrustStoreManager", "getTrustedCerts");
    }
}
