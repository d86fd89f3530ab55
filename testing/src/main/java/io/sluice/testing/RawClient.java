package io.sluice.testing;

import io.sluice.testing.RawResponse.Ending;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;

/**
 * A client that sends exactly what it is given and tells exactly what came back, over one connection to the loopback
 * address. It blocks, each read {@link #LIMIT} at the longest, and belongs to one thread.
 */
public final class RawClient implements AutoCloseable {

    /** How long a connect and each read may take; longer is an {@link UncheckedIOException}. */
    public static final Duration LIMIT = Duration.ofSeconds(20);

    private final Socket plain;
    private final Socket socket;
    private final InputStream in;

    private RawClient(Socket plain, Socket socket) throws IOException {
        this.plain = plain;
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    /** Connects in the clear. */
    public static RawClient connect(int port) {
        return wrapping(() -> {
            Socket plain = open(port, 0);
            return new RawClient(plain, plain);
        });
    }

    /** Connects with a small receive buffer, so that not reading is felt by the server soon. */
    public static RawClient connectSlow(int port, int receiveBufferBytes) {
        return wrapping(() -> {
            Socket plain = open(port, receiveBufferBytes);
            return new RawClient(plain, plain);
        });
    }

    /** Connects over TLS. */
    public static RawClient connectTls(int port, SSLContext context) {
        return connectSlowTls(port, 0, context);
    }

    /** Connects over TLS with a small receive buffer. */
    public static RawClient connectSlowTls(int port, int receiveBufferBytes, SSLContext context) {
        return wrapping(() -> {
            Socket plain = open(port, receiveBufferBytes);
            return new RawClient(plain, context.getSocketFactory().createSocket(plain, "localhost", port, true));
        });
    }

    private static Socket open(int port, int receiveBufferBytes) throws IOException {
        Socket plain = new Socket();
        if (receiveBufferBytes > 0) {
            plain.setReceiveBufferSize(receiveBufferBytes);
        }
        plain.setSoTimeout((int) LIMIT.toMillis());
        plain.setTcpNoDelay(true);
        plain.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), (int) LIMIT.toMillis());
        return plain;
    }

    /** Sends a GET and reads its response. */
    public RawResponse get(String target, String... headerLines) {
        return send(request("GET", target, headerLines)).read();
    }

    /** Sends a HEAD and reads its response. */
    public RawResponse head(String target, String... headerLines) {
        return send(request("HEAD", target, headerLines)).readWithoutBody();
    }

    /** A well-formed request without a body. */
    public static String request(String method, String target, String... headerLines) {
        StringBuilder request = new StringBuilder(method).append(' ').append(target);
        request.append(" HTTP/1.1\r\nHost: sluice.test\r\n");
        for (String line : headerLines) {
            request.append(line).append("\r\n");
        }
        return request.append("\r\n").toString();
    }

    /** Sends exactly these characters, as ISO 8859-1. */
    public RawClient send(String text) {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Sends exactly these bytes. */
    public RawClient send(byte[] bytes) {
        return wrapping(() -> {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
            return this;
        });
    }

    /** Reads the response to anything but a HEAD. */
    public RawResponse read() {
        return readBody(readHead());
    }

    /** Reads the body that belongs to a head that {@link #readHead} has read. */
    public RawResponse readBody(HttpHead head) {
        int status = new RawResponse(head, new byte[0], Ending.COMPLETE).status();
        if (status < 200 || status == 204 || status == 304) {
            return new RawResponse(head, new byte[0], Ending.COMPLETE);
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        return wrapping(() -> {
            Ending ending = readBody(head, body);
            return new RawResponse(head, body.toByteArray(), ending);
        });
    }

    /** Reads the response to a HEAD. */
    public RawResponse readWithoutBody() {
        return new RawResponse(readHead(), new byte[0], Ending.COMPLETE);
    }

    /** Reads a head alone; for a body that is read piece by piece, at the test's own pace. */
    public HttpHead readHead() {
        return wrapping(() -> {
            HttpHead head = HttpHead.read(in);
            if (head == null) {
                throw new EOFException("closed before the first byte of a response");
            }
            return head;
        });
    }

    /** Reads so many bytes as they come; fewer only when the stream ends. */
    public byte[] readBytes(int count) {
        return wrapping(() -> in.readNBytes(count));
    }

    /** Whether the server has closed the connection, orderly or not; waits for it, and false means data came. */
    public boolean awaitsClose() {
        return wrapping(() -> {
            try {
                return in.read() < 0;
            } catch (SocketException e) {
                return true;
            }
        });
    }

    /** Ends the sending side only. */
    public void halfClose() {
        wrapping(() -> {
            socket.shutdownOutput();
            return this;
        });
    }

    /** Tears the connection down, with an RST. */
    public void reset() {
        wrapping(() -> {
            plain.setSoLinger(true, 0);
            plain.close();
            return this;
        });
    }

    @Override
    public void close() {
        wrapping(() -> {
            socket.close();
            return this;
        });
    }

    private Ending readBody(HttpHead head, ByteArrayOutputStream body) throws IOException {
        try {
            if (head.isChunked()) {
                return readChunks(body);
            }
            long length = head.contentLength(-1);
            if (length < 0) {
                in.transferTo(body);
                return Ending.COMPLETE;
            }
            return copy(length, body) ? Ending.COMPLETE : Ending.SHORT;
        } catch (EOFException | SSLException e) {
            return Ending.SHORT;
        } catch (SocketException e) {
            return Ending.RESET;
        }
    }

    private Ending readChunks(ByteArrayOutputStream body) throws IOException {
        while (true) {
            long length = Long.parseLong(readLine().split(";", 2)[0].strip(), 16);
            if (!copy(length, body)) {
                return Ending.SHORT;
            }
            if (length == 0) {
                skipTrailers();
                return Ending.COMPLETE;
            }
            readLine();
        }
    }

    private void skipTrailers() throws IOException {
        while (!readLine().isEmpty()) {
            // Trailers mean nothing to these tests.
        }
    }

    /** A line without its end. */
    private String readLine() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("the stream ended within a line");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    /** Copies as it comes, so that what arrived before a reset is kept. */
    private boolean copy(long length, ByteArrayOutputStream body) throws IOException {
        byte[] buffer = new byte[16 * 1024];
        long left = length;
        while (left > 0) {
            int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (read < 0) {
                return false;
            }
            body.write(buffer, 0, read);
            left -= read;
        }
        return true;
    }

    private interface Work<T> {

        T run() throws IOException;
    }

    private static <T> T wrapping(Work<T> work) {
        try {
            return work.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
