package io.sluice.benchmarks.client;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.time.Duration;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** One of many readers of one blob, who comes back whenever its connection has gone. */
abstract sealed class Reader permits WholeReader, CrawlingReader, StoppingReader, LeavingReader {

    private static final Duration BEFORE_THE_NEXT_TRY = Duration.ofSeconds(1);

    /** How it reads. */
    enum Pace {
        /** Whatever arrives, at once. */
        EAGER(OptionalInt.empty()),
        /** In its turns. So little is taken in advance of it that the server sees the progress that there is. */
        SLOW(OptionalInt.of(16 * 1024));

        private final OptionalInt receiveBuffer;

        Pace(OptionalInt receiveBuffer) {
            this.receiveBuffer = receiveBuffer;
        }
    }

    private final ReaderCrowd crowd;
    private final Pace pace;
    private @Nullable Connection connection;

    Reader(ReaderCrowd crowd, Pace pace) {
        this.crowd = crowd;
        this.pace = pace;
    }

    /** Begins with a connection on which it has just asked. Returns how long it is until its turn. */
    abstract Duration begin();

    /** Does what it does in its turn, and returns how long it is until the next one. */
    abstract Duration proceed(Connection current) throws IOException;

    /** Looks at what has come so far; only of eager ones. */
    void advance(Connection current) throws IOException {}

    /** The server has closed the connection in the middle of the answer. */
    abstract void hungUp(String reason);

    final ReaderCrowd crowd() {
        return crowd;
    }

    /** Its turn has come. */
    final Duration turn() {
        Connection current = connection;
        try {
            return current == null ? connect() : proceed(current);
        } catch (IOException e) {
            lost(e);
            return BEFORE_THE_NEXT_TRY;
        }
    }

    /** Bytes have arrived. */
    final void readable() {
        Connection current = connection;
        try {
            if (current != null) {
                crowd.tally().read(current.read(crowd.scratch()));
                advance(current);
            }
        } catch (IOException e) {
            lost(e);
        }
    }

    final void disconnect() {
        if (connection != null) {
            connection.close();
            connection = null;
        }
    }

    private Duration connect() throws IOException {
        Connection fresh = Connection.open(crowd.target(), pace.receiveBuffer);
        connection = fresh;
        fresh.ask(false);
        if (pace == Pace.EAGER) {
            fresh.channel().register(crowd.selector(), SelectionKey.OP_READ, this);
        }
        return begin();
    }

    private void lost(IOException failure) {
        String message = String.valueOf(failure.getMessage()).replaceAll("\\d{4,}", "N");
        if (connection != null && connection.received() > 0) {
            hungUp(message);
        } else {
            crowd.tally().failed(message);
        }
        disconnect();
    }
}
