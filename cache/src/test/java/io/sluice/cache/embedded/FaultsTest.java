package io.sluice.cache.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.sluice.cache.record.MalformedRecordException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class FaultsTest {

    private final Logger logger = (Logger) LoggerFactory.getLogger(EmbeddedCache.class);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void listen() {
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(log);
    }

    @Test
    void everyKindIsLoggedOnceAndCounted() {
        Faults faults = new Faults();

        for (int i = 0; i < 3; i++) {
            faults.report(StoreFault.UNREADABLE_RECORD, "record " + i, new MalformedRecordException("bad"));
            faults.report(StoreFault.OVERLOADED, i + " operations", null);
        }

        assertThat(log.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .satisfiesExactly(
                        first -> assertThat(first).contains("a record cannot be read", "record 0"),
                        second -> assertThat(second).contains("does not keep up", "0 operations"));
        assertThat(faults.counts())
                .containsEntry(StoreFault.UNREADABLE_RECORD, 3L)
                .containsEntry(StoreFault.OVERLOADED, 3L)
                .containsEntry(StoreFault.FAILURE, 0L);
    }
}
