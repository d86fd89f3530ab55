package io.sluice.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A proxy that answers CONNECT, and reaches every host on this machine. */
public final class ConnectProxy implements AutoCloseable {

    private final ServerSocket server;
    private final Queue<String> heads = new ConcurrentLinkedQueue<>();
    private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();

    /** The answer instead of a connection; empty for a connection. */
    private volatile String refusal = "";

    /** Starts one on a free port of the loopback. */
    public ConnectProxy() throws IOException {
        server = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    /** Its port. */
    public int port() {
        return server.getLocalPort();
    }

    /** From now on it answers this, byte by byte, and hangs up. */
    public void refuses(String answer) {
        this.refusal = answer;
    }

    /** All that was asked before each tunnel, line by line. */
    public List<String> heads() {
        return List.copyOf(heads);
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                sockets.add(client);
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            String head = head(client.getInputStream());
            heads.add(head);
            if (!refusal.isEmpty()) {
                write(client, refusal);
                return;
            }
            int port = Integer.parseInt(head.substring(head.indexOf(':') + 1, head.indexOf(" HTTP")));
            try (Socket target = new Socket(InetAddress.getLoopbackAddress(), port)) {
                sockets.add(target);
                write(client, "HTTP/1.1 200 Connection established\r\n\r\n");
                Thread back = Thread.ofVirtual().start(() -> copy(target, client));
                copy(client, target);
                back.join();
            }
        } catch (Exception e) {
            // one of the two has left
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("no head");
            }
            head.append((char) next);
        }
        return head.toString();
    }

    private static void write(Socket socket, String text) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    private static void copy(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException e) {
            // one of the two has left
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
