package io.sluice.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.netty.buffer.PooledByteBufAllocator;
import io.sluice.testing.Images;
import io.sluice.testing.Images.Content;
import io.sluice.testing.RawClient;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/** Clients that leave whenever they like. */
@ParameterizedClass
@EnumSource
class HangUpsTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int CLIENTS = 1000;
    private static final int AT_ONCE = 8;
    private static final Content CONTENT = Images.layer(2_000_000, 5);

    /** The ranges of which a part lies in each half of the blob. */
    private static final String RANGES = "Range: bytes=5-99999,200000-1900000";

    /** How much of every answer is there, bytes, also of the ranges of a half: who wants more waits for ever. */
    private static final int THERE = 800_000;

    private static final Logger ROOT = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

    private final Queue<ILoggingEvent> warnings = new ConcurrentLinkedQueue<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            if (event.getLevel().isGreaterOrEqual(Level.WARN)) {
                warnings.add(event);
            }
        }
    };
    private final KeptBlobsServer server;

    HangUpsTest(Wire wire) {
        this.server = KeptBlobsServer.start(wire);
    }

    @BeforeEach
    void listen() {
        appender.start();
        ROOT.addAppender(appender);
    }

    @AfterEach
    void stop() {
        ROOT.detachAppender(appender);
        server.close();
    }

    @Test
    @DisplayName("G11 C01 C07: clients that hang up at any point leave nothing behind, and no warning")
    void hangUpsLeaveNothingBehind() throws Exception {
        try (FakeBlob whole = FakeBlob.whole(CONTENT);
                FakeBlob half = FakeBlob.arriving(CONTENT)) {
            half.arrive(CONTENT.bytes().length / 2);
            List<String> paths = List.of(server.put("whole", whole), server.put("half", half));
            long before = memory();

            hangUp(paths);

            await().atMost(LIMIT).untilAsserted(() -> {
                assertThat(whole.readers()).isZero();
                assertThat(half.readers()).isZero();
                assertThat(half.waiting()).isZero();
                assertThat(memory() - before).isLessThan(100_000);
            });
            assertThat(whole.openedSoFar() + half.openedSoFar()).isGreaterThan(CLIENTS / 2);
            assertThat(warnings).extracting(ILoggingEvent::getFormattedMessage).isEmpty();
            try (RawClient client = server.connect()) {
                assertThat(client.get(paths.getFirst()).body()).isEqualTo(CONTENT.bytes());
            }
        }
    }

    private void hangUp(List<String> paths) throws InterruptedException, ExecutionException {
        try (ExecutorService clients = Executors.newFixedThreadPool(AT_ONCE)) {
            List<Future<?>> all = IntStream.range(0, CLIENTS)
                    .<Future<?>>mapToObj(i -> clients.submit(() -> hangUp(paths.get(i % 2), new SplittableRandom(i))))
                    .toList();
            for (Future<?> each : all) {
                each.get();
            }
        }
    }

    /** Asks for the blob, or several ranges of it, reads a random part of the answer, and leaves one way or another. */
    private void hangUp(String path, SplittableRandom random) {
        String range = random.nextInt(4) == 0 ? RANGES : "X-No: range";
        RawClient client = random.nextBoolean() ? server.connect() : server.connectSlow();
        try {
            client.send(RawClient.request("GET", path, range));
            if (random.nextInt(8) > 0) {
                client.readHead();
                int wanted = random.nextInt(random.nextBoolean() ? 1000 : THERE);
                assertThat(client.readBytes(wanted)).hasSize(wanted);
            }
        } catch (UncheckedIOException e) {
            client.reset();
            throw new AssertionError("a client that had not left was cut off", e);
        }
        if (path.endsWith("half") || random.nextBoolean()) {
            client.reset();
        } else {
            client.close();
        }
    }

    private static long memory() {
        return PooledByteBufAllocator.DEFAULT.pinnedDirectMemory() + PooledByteBufAllocator.DEFAULT.pinnedHeapMemory();
    }
}
