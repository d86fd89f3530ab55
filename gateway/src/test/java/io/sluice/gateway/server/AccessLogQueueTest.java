package io.sluice.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class AccessLogQueueTest {

    private static final String NAME = "access-log-queue-test";
    private static final Logger ROOT = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

    private final Logger log = (Logger) LoggerFactory.getLogger(NAME);
    private final AccessLogQueue queue = new AccessLogQueue(NAME);
    private final List<String> written = new CopyOnWriteArrayList<>();
    private final Semaphore mayWrite = new Semaphore(0);
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            if (event.getLoggerName().equals(NAME)) {
                mayWrite.acquireUninterruptibly();
                written.add(event.getThreadName() + " " + event.getFormattedMessage());
            }
        }
    };

    @BeforeEach
    void start() {
        appender.start();
        ROOT.addAppender(appender);
        queue.start();
    }

    @AfterEach
    void stop() {
        mayWrite.release(1_000_000);
        queue.stop();
        ROOT.detachAppender(appender);
    }

    @Test
    void linesAreWrittenInTheirOrderAndNameTheirThread() {
        mayWrite.release(5_000);
        IntStream.range(0, 5_000).forEach(i -> log.info("{}", i));

        await().atMost(Duration.ofSeconds(10)).until(() -> written.size() == 5_000);
        String thread = Thread.currentThread().getName();
        assertThat(written)
                .containsExactlyElementsOf(IntStream.range(0, 5_000)
                        .mapToObj(i -> thread + " " + i)
                        .toList());
        assertThat(queue.dropped()).isZero();
    }

    @Test
    void whatCannotBeWrittenIsDroppedAndNobodyWaits() {
        int lines = 2 * AccessLogQueue.MAX_WAITING;
        IntStream.range(0, lines).forEach(i -> log.info("{}", i));

        assertThat(queue.dropped()).isBetween(AccessLogQueue.MAX_WAITING - 1_000L, (long) AccessLogQueue.MAX_WAITING);
        mayWrite.release(lines);
        await().atMost(Duration.ofSeconds(10)).until(() -> written.size() + queue.dropped() == lines);
    }

    @Test
    void theLastLinesAreWrittenWhenItStops() {
        IntStream.range(0, 100).forEach(i -> log.info("{}", i));
        mayWrite.release(1_000);
        queue.stop();

        assertThat(written).hasSize(100);
        log.info("afterwards");
        assertThat(written).hasSize(101);
    }

    @Test
    void aLoggerWithAppendersOfItsOwnAloneIsLeftAlone() {
        Logger own = (Logger) LoggerFactory.getLogger(NAME + "-own");
        own.setAdditive(false);
        AccessLogQueue none = new AccessLogQueue(own.getName());
        none.start();

        assertThat(none.isStarted()).isFalse();
        assertThat(own.iteratorForAppenders().hasNext()).isFalse();
    }
}
