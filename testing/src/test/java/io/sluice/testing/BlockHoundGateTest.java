package io.sluice.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;
import reactor.blockhound.BlockingOperationError;
import reactor.core.scheduler.Schedulers;

/** G10: what blocks an event loop fails the test that did it. */
@DisplayNameGeneration(DisplayNameGenerator.Simple.class)
class BlockHoundGateTest {

    private static final EventLoopGroup LOOPS = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

    @TempDir
    static Path directory;

    private static FileChannel channel;
    private static RandomAccessFile file;

    enum LoopThread {
        REACTOR_PARALLEL,
        NETTY_EVENT_LOOP;

        /** Runs the work on such a thread and throws what it throws. */
        <T> T run(Callable<T> work) throws Throwable {
            FutureTask<T> task = new FutureTask<>(work);
            switch (this) {
                case REACTOR_PARALLEL -> Schedulers.parallel().schedule(task);
                case NETTY_EVENT_LOOP -> LOOPS.execute(task);
            }
            try {
                return task.get(10, TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                throw e.getCause();
            } catch (TimeoutException e) {
                throw new AssertionError("the loop did not get to it", e);
            }
        }
    }

    @BeforeAll
    static void openFiles() throws IOException {
        Path path = directory.resolve("a-file");
        Files.write(path, new byte[] {1, 2, 3});
        channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        file = new RandomAccessFile(path.toFile(), "rw");
    }

    @AfterAll
    static void closeFiles() throws IOException {
        channel.close();
        file.close();
        LOOPS.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @EnumSource
    void sleepingIsCaught(LoopThread thread) {
        assertBlocks(thread, () -> {
            Thread.sleep(1);
            return 0;
        });
    }

    @ParameterizedTest
    @EnumSource
    void waitingForALockIsCaught(LoopThread thread) {
        ReentrantLock lock = new ReentrantLock();
        lock.lock();
        try {
            assertBlocks(thread, () -> lock.tryLock(1, TimeUnit.SECONDS));
            assertBlocks(thread, () -> {
                lock.lock();
                try {
                    return 0;
                } finally {
                    lock.unlock();
                }
            });
        } finally {
            lock.unlock();
        }
    }

    @ParameterizedTest
    @EnumSource
    void workOnAFileChannelIsCaught(LoopThread thread) {
        assertBlocks(thread, () -> channel.read(ByteBuffer.allocate(1)));
        assertBlocks(thread, () -> channel.read(ByteBuffer.allocate(1), 0));
        assertBlocks(thread, () -> channel.read(new ByteBuffer[] {ByteBuffer.allocate(1)}));
        assertBlocks(thread, () -> channel.write(ByteBuffer.allocate(1)));
        assertBlocks(thread, () -> channel.write(ByteBuffer.allocate(1), 0));
        assertBlocks(thread, () -> channel.write(new ByteBuffer[] {ByteBuffer.allocate(1)}));
        assertBlocks(thread, () -> channel.truncate(1));
        assertBlocks(thread, () -> channel.transferTo(0, 1, channel));
        assertBlocks(thread, () -> channel.transferFrom(channel, 0, 1));
        assertBlocks(thread, channel::lock);
        assertBlocks(thread, () -> {
            channel.force(true);
            return 0;
        });
    }

    @ParameterizedTest
    @EnumSource
    void workOnARandomAccessFileIsCaught(LoopThread thread) {
        assertBlocks(thread, () -> file.read());
        assertBlocks(thread, () -> file.read(new byte[1]));
        assertBlocks(thread, () -> {
            file.write(1);
            return 0;
        });
        assertBlocks(thread, () -> {
            file.write(new byte[1]);
            return 0;
        });
    }

    @ParameterizedTest
    @EnumSource
    void workOnPathsIsCaught(LoopThread thread) {
        Path path = directory.resolve("another-file");
        assertBlocks(thread, () -> Files.readAllBytes(directory.resolve("a-file")));
        assertBlocks(thread, () -> Files.createFile(path));
        assertBlocks(thread, () -> Files.createDirectory(path));
        assertBlocks(thread, () -> Files.move(directory.resolve("a-file"), path));
        assertBlocks(thread, () -> {
            try (DirectoryStream<Path> listing = Files.newDirectoryStream(directory)) {
                return listing.iterator().hasNext();
            }
        });
        assertBlocks(thread, () -> {
            Files.delete(directory.resolve("a-file"));
            return 0;
        });
        assertThat(directory.resolve("a-file")).exists();
    }

    @ParameterizedTest
    @EnumSource
    void loggingAndRandomNumbersAreAllowed(LoopThread thread) {
        assertThatCode(() -> thread.run(() -> {
                    LoggerFactory.getLogger(BlockHoundGateTest.class).info("from {}", thread);
                    return new SecureRandom().nextInt();
                }))
                .doesNotThrowAnyException();
    }

    private static void assertBlocks(LoopThread thread, Callable<?> work) {
        assertThatThrownBy(() -> thread.run(work)).isInstanceOf(BlockingOperationError.class);
    }
}
