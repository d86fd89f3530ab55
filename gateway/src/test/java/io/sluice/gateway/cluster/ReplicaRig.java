package io.sluice.gateway.cluster;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBufUtil;
import io.sluice.cache.blob.BlobStore;
import io.sluice.cache.blob.BlobWriter;
import io.sluice.cache.embedded.EmbeddedCache;
import io.sluice.cache.embedded.EmbeddedCacheSettings;
import io.sluice.gateway.cluster.BlobQuery.Extent;
import io.sluice.gateway.metrics.GatewayMetrics;
import io.sluice.oci.Digest;
import io.sluice.testing.Images.Content;
import io.sluice.testing.process.Ports;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.resources.LoopResources;

/** A listener with a store of its own, and a client. */
final class ReplicaRig implements AutoCloseable {

    static final Duration LIMIT = Duration.ofSeconds(20);
    static final ClusterSecret SECRET = new ClusterSecret("s3cret-0123456789abcdef0123456789");

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final LoopResources loops = LoopResources.create("replica-rig", 2, true);
    private final EmbeddedCache cache;
    private final Leads leads = new Leads();
    private final ClusterSettings settings;
    private final ReplicaListener listener;
    private final ReplicaClient client;

    ReplicaRig(Path directory) {
        int port = Ports.free();
        cache = EmbeddedCache.open(EmbeddedCacheSettings.onDisk(directory).withBlobs(1L << 30));
        settings = new ClusterSettings(
                port, InetAddress.ofLiteral("127.0.0.1"), URI.create("http://127.0.0.1:" + port), SECRET);
        listener = ReplicaListener.start(settings, cache.blobs(), leads, new GatewayMetrics(meters), loops);
        client = client(SECRET);
    }

    ReplicaClient client(ClusterSecret secret) {
        return new ReplicaClient(secret, loops);
    }

    URI url() {
        return Objects.requireNonNull(settings.advertisedUrl());
    }

    int port() {
        return settings.port();
    }

    Leads leads() {
        return leads;
    }

    ReplicaListener listener() {
        return listener;
    }

    BlobStore blobs() {
        return cache.blobs();
    }

    double requests(int status) {
        return meters.find("sluice.cluster.requests").tag("status", Integer.toString(status)).counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    static Digest digest(Content blob) {
        return Digest.parse(blob.digest());
    }

    /** A blob whose first bytes have arrived. */
    BlobWriter arriving(Content blob, long announced, int bytes) {
        BlobWriter writer = Objects.requireNonNull(blobs().write(digest(blob)).block(LIMIT));
        writer.arrive(announced).block(LIMIT);
        append(writer, blob, 0, bytes);
        return writer;
    }

    static void append(BlobWriter writer, Content blob, int from, int to) {
        Mono.fromRunnable(() -> writer.append(ByteBuffer.wrap(blob.bytes(), from, to - from)))
                .subscribeOn(Schedulers.fromExecutor(writer.threads()))
                .block(LIMIT);
    }

    void hold(Content blob) {
        arriving(blob, blob.bytes().length, blob.bytes().length).commit().block(LIMIT);
    }

    /** What came, when it has ended as it should. */
    CompletableFuture<byte[]> fetch(Extent extent, Content blob, long from) {
        return fetch(client, extent, blob, from, new ByteArrayOutputStream());
    }

    CompletableFuture<byte[]> fetch(
            ReplicaClient asking, Extent extent, Content blob, long from, ByteArrayOutputStream all) {
        CompletableFuture<byte[]> fetched = new CompletableFuture<>();
        ask(asking, extent, blob, from, all)
                .subscribe(nothing -> {}, fetched::completeExceptionally, () -> fetched.complete(all.toByteArray()));
        return fetched;
    }

    Mono<Void> ask(ReplicaClient asking, Extent extent, Content blob, long from, ByteArrayOutputStream all) {
        return asking.ask(
                url(),
                new BlobQuery(extent, digest(blob), from),
                sent -> sent.body()
                        .doOnNext(chunk -> all.writeBytes(ByteBufUtil.getBytes(chunk)))
                        .then());
    }

    @Override
    public void close() {
        client.dispose();
        listener.close();
        leads.close();
        cache.close();
        loops.disposeLater(Duration.ZERO, Duration.ofSeconds(1)).block(LIMIT);
    }
}
