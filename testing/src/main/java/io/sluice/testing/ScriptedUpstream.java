package io.sluice.testing;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * An upstream that does, byte for byte, what a test has scripted, on a free port of the loopback address; one virtual
 * thread a connection.
 *
 * <pre>{@code
 * upstream.on("GET", "/v2/library/alpine/blobs/" + digest)
 *         .sends("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345")
 *         .awaits("half read")
 *         .resets()
 *         .then()
 *         .responds(200, Map.of(), blob);
 * }</pre>
 *
 * <p>A script is found by method and path; a path with a query is compared with it, one that ends in {@code *} as a
 * prefix, and the latest of several that fit wins. A request without a script gets 404. What is asked for a second time
 * on one connection, pipelined or not, is answered in order. Every wait ends after {@link #LIMIT}; a script that ran
 * into it fails {@link #close()}.
 */
public final class ScriptedUpstream implements AutoCloseable {

    /** How long anything is waited for. */
    public static final Duration LIMIT = Duration.ofSeconds(20);

    private static final int BACKLOG = 1_024;
    private static final int MAX_BODY_LENGTH = 1024 * 1024;
    private static final Answer NOT_FOUND =
            Answer.json(404, "{\"errors\":[{\"code\":\"NAME_UNKNOWN\",\"message\":\"nothing is scripted\"}]}");

    private final ServerSocket server;
    private final @Nullable SSLContext tls;
    private final List<Entry> entries = new CopyOnWriteArrayList<>();
    private final Barriers barriers = new Barriers(LIMIT);
    private final Traffic traffic = new Traffic(LIMIT);
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    private ScriptedUpstream(ServerSocket server, @Nullable SSLContext tls) {
        this.server = server;
        this.tls = tls;
    }

    private record Entry(String method, String path, Script script) {

        boolean fits(RecordedRequest request) {
            String asked = path.indexOf('?') < 0 ? request.path() : request.target();
            boolean samePath =
                    path.endsWith("*") ? asked.startsWith(path.substring(0, path.length() - 1)) : asked.equals(path);
            return samePath && method.equals(request.method());
        }
    }

    /** Starts an upstream that speaks plain HTTP/1.1. */
    public static ScriptedUpstream start() {
        return start(null);
    }

    /** Starts an upstream that speaks HTTP/1.1 over TLS. */
    public static ScriptedUpstream startTls(TestCertificate certificate) {
        return start(certificate.serverContext());
    }

    private static ScriptedUpstream start(@Nullable SSLContext tls) {
        try {
            ServerSocket server = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
            ScriptedUpstream upstream = new ScriptedUpstream(server, tls);
            Thread.ofVirtual().name("scripted-upstream").start(upstream::acceptAll);
            return upstream;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return server.getLocalPort();
    }

    /** Scheme, host and port, without a path. */
    public String url() {
        return (tls == null ? "http" : "https") + "://127.0.0.1:" + port();
    }

    /** Begins a script, in place of an earlier one for the same method and path. */
    public Script on(String method, String path) {
        Script script = new Script();
        entries.removeIf(entry -> entry.method.equals(method) && entry.path.equals(path));
        entries.addFirst(new Entry(method, path, script));
        return script;
    }

    /** Answers GET and HEAD of a path. */
    public void answer(String path, int status, Map<String, String> headers, byte[] body) {
        answer(path, new Answer(status, headers, body));
    }

    /** Answers GET and HEAD of a path. */
    public void answer(String path, Answer answer) {
        on("GET", path).responds(answer);
        on("HEAD", path).responds(answer);
    }

    /** Answers GET and HEAD of a manifest by its digest and by tags. */
    public void manifest(String repository, Images.Content manifest, String... tags) {
        answer("/v2/" + repository + "/manifests/" + manifest.digest(), Answer.manifest(manifest));
        for (String tag : tags) {
            answer("/v2/" + repository + "/manifests/" + tag, Answer.manifest(manifest));
        }
    }

    /** Answers GET, with and without a range, and HEAD of a blob. */
    public void blob(String repository, Images.Content blob) {
        String path = "/v2/" + repository + "/blobs/" + blob.digest();
        on("GET", path).respondsWith(request -> Answer.blob(request, blob.bytes()));
        on("HEAD", path).respondsWith(request -> Answer.blob(request, blob.bytes()));
    }

    /** Lets every script pass that waits at the barrier, now or later. */
    public void release(String barrier) {
        barriers.release(barrier);
    }

    /** Waits until some script waits at the barrier; all that stood before it has been sent. */
    public void awaitReached(String barrier) {
        barriers.awaitReached(barrier);
    }

    /** How many requests of a method and a path, without its query, have arrived: {@code "GET /v2/"}. */
    public int count(String methodAndPath) {
        return traffic.count(methodAndPath);
    }

    /** Waits until so many requests of a method and a path have arrived. */
    public void awaitCount(String methodAndPath, int count) {
        traffic.awaitCount(methodAndPath, count);
    }

    /** Every request so far, in the order of arrival. */
    public List<RecordedRequest> requests() {
        return traffic.requests();
    }

    /** How many connections were ever accepted. */
    public int connections() {
        return traffic.connections();
    }

    /** How many times a client has hung up while an answer was under way. */
    public int hangUps() {
        return traffic.hangUps();
    }

    /** Waits until clients have hung up so many times while an answer was under way. */
    public void awaitHangUps(int count) {
        traffic.awaitHangUps(count);
    }

    /** Stops at once; fails when a script waited in vain. */
    @Override
    public void close() {
        closeQuietly(server);
        List<Throwable> failures = traffic.failures();
        barriers.releaseAll();
        open.forEach(ScriptedUpstream::closeQuietly);
        if (!failures.isEmpty()) {
            throw new AssertionError("a script failed", failures.getFirst());
        }
    }

    private void acceptAll() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                open.add(socket);
                traffic.connected();
                Thread.ofVirtual().name("scripted-connection").start(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket plain) {
        try (plain) {
            plain.setSoTimeout((int) LIMIT.toMillis());
            plain.setTcpNoDelay(true);
            Socket socket = encrypted(plain);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            while (!socket.isClosed() && !plain.isClosed()) {
                Optional<RecordedRequest> request = read(in);
                if (request.isEmpty()) {
                    return;
                }
                play(new Exchange(request.get(), new Exchange.Connection(plain, socket), barriers));
                if (request.get()
                        .header("Connection")
                        .filter("close"::equalsIgnoreCase)
                        .isPresent()) {
                    socket.close();
                }
            }
        } catch (IOException e) {
            // A client that leaves between two requests is no event.
        } finally {
            open.remove(plain);
        }
    }

    private Socket encrypted(Socket plain) throws IOException {
        if (tls == null) {
            return plain;
        }
        SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket(plain, null, plain.getPort(), true);
        socket.setUseClientMode(false);
        return socket;
    }

    private Optional<RecordedRequest> read(InputStream in) throws IOException {
        HttpHead head = HttpHead.read(in);
        if (head == null) {
            return Optional.empty();
        }
        int length = (int) Math.min(head.contentLength(0), MAX_BODY_LENGTH);
        RecordedRequest request = new RecordedRequest(head, in.readNBytes(length));
        traffic.requested(request);
        return Optional.of(request);
    }

    private void play(Exchange exchange) throws IOException {
        Optional<Entry> entry =
                entries.stream().filter(e -> e.fits(exchange.request())).findFirst();
        if (entry.isEmpty()) {
            exchange.respond(NOT_FOUND);
            return;
        }
        try {
            for (Script.Step step : entry.get().script.next()) {
                step.play(exchange);
            }
        } catch (IOException e) {
            traffic.hungUp();
            throw e;
        } catch (RuntimeException | AssertionError e) {
            traffic.failed(e);
            exchange.reset();
        }
    }

    private static void closeQuietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            throw new IllegalStateException("a socket always closes", e);
        }
    }
}
