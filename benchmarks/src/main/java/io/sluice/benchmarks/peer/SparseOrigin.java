package io.sluice.benchmarks.peer;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sluice.benchmarks.client.Target;
import io.sluice.oci.Digest;
import io.sluice.testing.process.Started;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A registry with one very large blob of zeros, which takes no disk. It knows GET, HEAD and a range to the end. */
public final class SparseOrigin implements Started {

    private static final String REPOSITORY = "bench/sparse";
    private static final int BACKLOG = 1_024;
    private static final byte[] ZEROS = new byte[256 * 1024];
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d*)");

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Digest digest;
    private final long size;
    private final AtomicInteger gets = new AtomicInteger();
    private final AtomicInteger heads = new AtomicInteger();

    private SparseOrigin(HttpServer server, Digest digest, long size) {
        this.server = server;
        this.digest = digest;
        this.size = size;
    }

    /** Starts it; hashes so many zeros first. */
    public static SparseOrigin start(long size) throws IOException {
        Digest digest = digestOfZeros(size);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
        SparseOrigin origin = new SparseOrigin(server, digest, size);
        server.setExecutor(origin.threads);
        server.createContext("/", origin::answer);
        server.start();
        return origin;
    }

    public URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** The blob as it is asked for at a server. */
    public Target blobAt(URI peer) {
        return Target.blob(peer, REPOSITORY, digest, size);
    }

    /** How many GETs of the blob have arrived, of all of it or of a part. */
    public int gets() {
        return gets.get();
    }

    /** How many HEADs of the blob have arrived. */
    public int heads() {
        return heads.get();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private static Digest digestOfZeros(long size) {
        MessageDigest hash = Digest.Algorithm.SHA256.newMessageDigest();
        for (long left = size; left > 0; left -= ZEROS.length) {
            hash.update(ZEROS, 0, (int) Math.min(left, ZEROS.length));
        }
        return Digest.of(Digest.Algorithm.SHA256, hash.digest());
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getResponseHeaders().set("Docker-Distribution-Api-Version", "registry/2.0");
            String path = exchange.getRequestURI().getPath();
            if (path.equals("/v2/" + REPOSITORY + "/blobs/" + digest.text())) {
                answerBlob(exchange);
            } else {
                exchange.sendResponseHeaders(path.equals("/v2/") ? 200 : 404, -1);
            }
        }
    }

    private void answerBlob(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/octet-stream");
        exchange.getResponseHeaders().set("Docker-Content-Digest", digest.text());
        exchange.getResponseHeaders().set("Accept-Ranges", "bytes");
        if (exchange.getRequestMethod().equals("HEAD")) {
            heads.incrementAndGet();
            exchange.getResponseHeaders().set("Content-Length", Long.toString(size));
            exchange.sendResponseHeaders(200, -1);
        } else {
            gets.incrementAndGet();
            answerBytes(exchange);
        }
    }

    private void answerBytes(HttpExchange exchange) throws IOException {
        Matcher range =
                RANGE.matcher(Optional.ofNullable(exchange.getRequestHeaders().getFirst("Range"))
                        .orElse(""));
        if (!range.matches()) {
            exchange.sendResponseHeaders(200, size);
            writeZeros(exchange.getResponseBody(), size);
            return;
        }
        long first = Long.parseLong(range.group(1));
        long last = range.group(2).isEmpty() ? size - 1 : Math.min(Long.parseLong(range.group(2)), size - 1);
        if (first > last) {
            exchange.sendResponseHeaders(416, -1);
            return;
        }
        exchange.getResponseHeaders().set("Content-Range", "bytes %d-%d/%d".formatted(first, last, size));
        exchange.sendResponseHeaders(206, last - first + 1);
        writeZeros(exchange.getResponseBody(), last - first + 1);
    }

    private static void writeZeros(OutputStream out, long count) throws IOException {
        for (long left = count; left > 0; left -= ZEROS.length) {
            out.write(ZEROS, 0, (int) Math.min(left, ZEROS.length));
        }
    }
}
