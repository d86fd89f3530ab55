package io.sluice.gateway.upstream;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/** A server whose every byte a test decides: HTTP/1.1 on a plain or TLS socket, one virtual thread a connection. */
final class RawServer implements AutoCloseable {

    /** What a server does with a request. */
    @FunctionalInterface
    interface Handler {
        void serve(Request request, Reply reply) throws Exception;
    }

    /** A request, and the address of this machine that it came to; header names in lower case. */
    record Request(int connection, String address, String method, String target, Map<String, String> headers) {

        String header(String name) {
            return headers.getOrDefault(name, "");
        }
    }

    private final ServerSocket server;
    private final String scheme;
    private final Handler handler;
    private final Queue<Request> requests = new ConcurrentLinkedQueue<>();
    private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicBoolean closed = new AtomicBoolean();

    private RawServer(ServerSocket server, String scheme, Handler handler) {
        this.server = server;
        this.scheme = scheme;
        this.handler = handler;
        Thread.ofVirtual().start(this::accept);
    }

    static RawServer http(Handler handler) throws IOException {
        return new RawServer(new ServerSocket(0, 512, InetAddress.getLoopbackAddress()), "http", handler);
    }

    /** One that listens on every address of this machine. */
    static RawServer everywhere(Handler handler) throws IOException {
        return new RawServer(new ServerSocket(0, 512), "http", handler);
    }

    static RawServer https(SSLContext tls, Handler handler) throws IOException {
        ServerSocket socket = tls.getServerSocketFactory().createServerSocket(0, 512, InetAddress.getLoopbackAddress());
        return new RawServer(socket, "https", handler);
    }

    /** One that asks its clients for a certificate, and does without. */
    static RawServer asking(SSLContext tls, Handler handler) throws IOException {
        ServerSocket socket = tls.getServerSocketFactory().createServerSocket(0, 512, InetAddress.getLoopbackAddress());
        ((SSLServerSocket) socket).setWantClientAuth(true);
        return new RawServer(socket, "https", handler);
    }

    int port() {
        return server.getLocalPort();
    }

    /** The server under a name. */
    URI at(String host) {
        return URI.create(scheme + "://" + host + ":" + port());
    }

    List<Request> requests() {
        return List.copyOf(requests);
    }

    int connections() {
        return connections.get();
    }

    private void accept() {
        while (!closed.get()) {
            try {
                Socket socket = server.accept();
                sockets.add(socket);
                int number = connections.incrementAndGet();
                Thread.ofVirtual().start(() -> serve(number, socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(int number, Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            while (!socket.isClosed()) {
                Request request = read(number, socket.getLocalAddress().getHostAddress(), in);
                requests.add(request);
                handler.serve(request, new Reply(socket));
            }
        } catch (Exception e) {
            // the client left, or the script ends the connection this way
        }
    }

    private static Request read(int number, String address, InputStream in) throws IOException {
        String[] words = line(in).split(" ");
        Map<String, String> headers = new TreeMap<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        return new Request(number, address, words[0], words[1], headers);
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException();
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        closed.set(true);
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    /** The server's side of one request. */
    record Reply(Socket socket) {

        /** The name in the certificate that the client has shown, or nothing. */
        String client() {
            try {
                return ((SSLSocket) socket).getSession().getPeerPrincipal().getName();
            } catch (SSLPeerUnverifiedException e) {
                return "";
            }
        }

        /** An answer with a length. */
        void send(int status, String body, String... headers) throws IOException {
            raw(head(status, headers) + "Content-Length: " + body.length() + "\r\n\r\n" + body);
        }

        /** An answer to HEAD: a length and no body. */
        void sendHead(int status, int length, String... headers) throws IOException {
            raw(head(status, headers) + "Content-Length: " + length + "\r\n\r\n");
        }

        static String head(int status, String... headers) {
            StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " .\r\n");
            for (String header : headers) {
                head.append(header).append("\r\n");
            }
            return head.toString();
        }

        void raw(String bytes) throws IOException {
            OutputStream out = socket.getOutputStream();
            out.write(bytes.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
        }

        void close() throws IOException {
            socket.close();
        }

        /** Closes with RST instead of FIN. */
        void reset() throws SocketException, IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }
    }
}
