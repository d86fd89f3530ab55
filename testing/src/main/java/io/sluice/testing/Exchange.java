package io.sluice.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** One request on one connection, as the steps of a {@link Script} see it. */
final class Exchange {

    private final RecordedRequest request;
    private final Connection connection;
    private final Barriers barriers;

    Exchange(RecordedRequest request, Connection connection, Barriers barriers) {
        this.request = request;
        this.connection = connection;
        this.barriers = barriers;
    }

    /**
     * A connection, plain or encrypted.
     *
     * @param plain the TCP connection
     * @param socket what is read from and written to: the same, or TLS over it
     */
    record Connection(Socket plain, Socket socket) {}

    RecordedRequest request() {
        return request;
    }

    void send(byte[] bytes) throws IOException {
        write(out -> out.write(bytes));
    }

    void write(Script.BodyWriter writer) throws IOException {
        OutputStream out = connection.socket().getOutputStream();
        writer.writeTo(out);
        out.flush();
    }

    void respond(Answer answer) throws IOException {
        byte[] head = answer.head().getBytes(StandardCharsets.ISO_8859_1);
        boolean bodiless = request.method().equals("HEAD");
        write(out -> {
            out.write(head);
            if (!bodiless) {
                out.write(answer.body());
            }
        });
    }

    void await(String barrier) {
        barriers.await(barrier);
    }

    /** Returns by an exception only: the client hung up, or did not within the limit. */
    void awaitHangUp() throws IOException {
        while (connection.socket().getInputStream().read() >= 0) {
            // What the client still sends is not answered.
        }
        throw new IOException("the client hung up");
    }

    void close() throws IOException {
        connection.socket().close();
    }

    void reset() throws IOException {
        connection.plain().setSoLinger(true, 0);
        connection.plain().close();
    }
}
