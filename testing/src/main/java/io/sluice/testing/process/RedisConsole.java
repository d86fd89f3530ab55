package io.sluice.testing.process;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One connection to a Redis, by hand: for what a client library would not send. Blocks, ten seconds at most a reply. */
public final class RedisConsole implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 10_000;

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    private RedisConsole(int port) throws IOException {
        this.socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(PATIENCE_MILLIS);
        this.in = new BufferedInputStream(socket.getInputStream());
        this.out = socket.getOutputStream();
    }

    /** Connects to a port of the loopback. */
    public static RedisConsole connect(int port) {
        try {
            return new RedisConsole(port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends a command in words, and gives its reply as text; an array has one line for each element, nil is empty. */
    public String send(String... words) {
        byte[][] raw = new byte[words.length][];
        for (int i = 0; i < words.length; i++) {
            raw[i] = words[i].getBytes(StandardCharsets.UTF_8);
        }
        return new String(send(raw), StandardCharsets.UTF_8);
    }

    /**
     * Sends a command, and gives its reply.
     *
     * @throws IllegalStateException when the reply is an error
     */
    public byte[] send(byte[]... words) {
        try {
            out.write(("*" + words.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
            for (byte[] word : words) {
                out.write(("$" + word.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
                out.write(word);
                out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
            }
            out.flush();
            return Objects.requireNonNullElse(reply(), new byte[0]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte @Nullable [] reply() throws IOException {
        String line = line();
        String rest = line.substring(1);
        return switch (line.charAt(0)) {
            case '-' -> throw new IllegalStateException(rest);
            case '$' -> bulk(Integer.parseInt(rest));
            case '*' -> array(Integer.parseInt(rest));
            default -> rest.getBytes(StandardCharsets.UTF_8);
        };
    }

    private byte @Nullable [] bulk(int length) throws IOException {
        if (length < 0) {
            return null;
        }
        byte[] bytes = in.readNBytes(length);
        in.skipNBytes(2);
        return bytes;
    }

    private byte[] array(int length) throws IOException {
        List<String> elements = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            elements.add(new String(Objects.requireNonNullElse(reply(), new byte[0]), StandardCharsets.UTF_8));
        }
        return String.join("\n", elements).getBytes(StandardCharsets.UTF_8);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\r'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("Redis has closed the connection");
            }
            line.append((char) c);
        }
        in.skipNBytes(1);
        return line.toString();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
