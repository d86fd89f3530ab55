package io.sluice.gateway.server;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import ch.qos.logback.core.spi.FilterReply;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.LoggerFactory;

/**
 * Takes the lines of the access log off the event loops. One thread hands them to the appenders of the root logger, and
 * writes those for the console together: a line written by itself costs as much as a small answer. A console that stands
 * still holds up no pull; what finds {@value #MAX_WAITING} lines waiting is dropped, and counted.
 *
 * <p>An operator who gives the logger appenders of its own, and no part in those of the root logger, has those alone.
 */
final class AccessLogQueue extends UnsynchronizedAppenderBase<ILoggingEvent> {

    static final int MAX_WAITING = 16_384;

    private static final int AT_ONCE = 512;
    private static final long GATHERING_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final long LAST_LINES_WITHIN_MILLIS = 1_000;

    private final Logger logger;
    private final Logger root;
    private final Queue<ILoggingEvent> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicBoolean asleep = new AtomicBoolean();
    private final Thread writer = new Thread(this::work, "sluice-access-log");

    /** @param name of the logger whose lines it takes */
    AccessLogQueue(String name) {
        logger = (Logger) LoggerFactory.getLogger(name);
        root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        setContext(logger.getLoggerContext());
        setName(name);
        writer.setDaemon(true);
    }

    /** How many lines have been dropped. */
    long dropped() {
        return dropped.get();
    }

    @Override
    public void start() {
        if (logger.isAdditive()) {
            super.start();
            writer.start();
            logger.addAppender(this);
            logger.setAdditive(false);
        }
    }

    /** From now on lines are written as those of other loggers are; those that wait still have a second. */
    @Override
    public void stop() {
        if (!isStarted()) {
            return;
        }
        logger.setAdditive(true);
        logger.detachAppender(this);
        super.stop();
        LockSupport.unpark(writer);
        try {
            writer.join(LAST_LINES_WITHIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    protected void append(ILoggingEvent line) {
        if (count.get() >= MAX_WAITING) {
            dropped.incrementAndGet();
            return;
        }
        line.getThreadName(); // remembers it
        count.incrementAndGet();
        waiting.add(line);
        if (asleep.get() && asleep.compareAndSet(true, false)) {
            LockSupport.unpark(writer);
        }
    }

    private void work() {
        while (isStarted() || !waiting.isEmpty()) {
            List<ILoggingEvent> lines = takeSome();
            if (lines.isEmpty()) {
                sleep();
            } else {
                write(lines);
                gather(lines.size());
            }
        }
    }

    private List<ILoggingEvent> takeSome() {
        List<ILoggingEvent> lines = new ArrayList<>();
        for (ILoggingEvent line = waiting.poll(); line != null; line = lines.size() < AT_ONCE ? waiting.poll() : null) {
            lines.add(line);
        }
        count.addAndGet(-lines.size());
        return lines;
    }

    private void sleep() {
        asleep.set(true);
        if (waiting.isEmpty() && isStarted()) {
            LockSupport.park(this);
        }
        asleep.set(false);
    }

    /** Where there were few, more of them are waited for, so that nobody has to wake this thread for each. */
    private void gather(int lines) {
        if (lines < AT_ONCE && isStarted()) {
            LockSupport.parkNanos(this, GATHERING_NANOS);
        }
    }

    /** Whatever one batch fails with, the next may succeed. */
    private void write(List<ILoggingEvent> lines) {
        try {
            writeToAll(lines);
        } catch (RuntimeException | IOException e) {
            addError("lines of the access log cannot be written", e);
        }
    }

    private void writeToAll(List<ILoggingEvent> lines) throws IOException {
        for (Iterator<Appender<ILoggingEvent>> all = root.iteratorForAppenders(); all.hasNext(); ) {
            Appender<ILoggingEvent> appender = all.next();
            if (appender instanceof ConsoleAppender<ILoggingEvent> console && console.isStarted()) {
                writeTogether(console, lines);
            } else {
                lines.forEach(appender::doAppend);
            }
        }
    }

    private static void writeTogether(ConsoleAppender<ILoggingEvent> console, List<ILoggingEvent> lines)
            throws IOException {
        ByteArrayOutputStream together = new ByteArrayOutputStream();
        for (ILoggingEvent line : lines) {
            if (console.getFilterChainDecision(line) != FilterReply.DENY) {
                together.writeBytes(console.getEncoder().encode(line));
            }
        }
        OutputStream stream = console.getOutputStream();
        if (stream != null) {
            stream.write(together.toByteArray());
            stream.flush();
        }
    }
}
