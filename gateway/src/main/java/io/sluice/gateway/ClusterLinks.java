package io.sluice.gateway;

import io.sluice.cache.blob.BlobStore;
import io.sluice.cache.replica.BlobReplicas;
import io.sluice.gateway.cluster.ClusterSettings;
import io.sluice.gateway.cluster.Leads;
import io.sluice.gateway.cluster.ReplicaClient;
import io.sluice.gateway.cluster.ReplicaListener;
import io.sluice.gateway.metrics.GatewayMetrics;
import io.sluice.gateway.pull.Replicas;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.netty.resources.LoopResources;

/** What ties this replica to the others: its listener, and the way to theirs. Without an advertised URL there is none. */
final class ClusterLinks implements AutoCloseable {

    private final Deque<Runnable> closing = new ArrayDeque<>();
    private final @Nullable Replicas replicas;

    private ClusterLinks(@Nullable Replicas replicas) {
        this.replicas = replicas;
    }

    /** Opens them; blocks until the port of the listener is open. */
    static ClusterLinks open(
            ClusterSettings settings,
            SharedStores stores,
            BlobStore blobs,
            GatewayMetrics metrics,
            LoopResources loops) {
        URI itself = settings.advertisedUrl();
        Optional<BlobReplicas> known = itself == null ? Optional.empty() : stores.blobReplicas(itself);
        if (itself == null || known.isEmpty()) {
            return new ClusterLinks(null);
        }
        Leads leads = new Leads();
        ReplicaClient client = new ReplicaClient(settings.secret().orElseThrow(), loops);
        ReplicaListener listener = ReplicaListener.start(settings, blobs, leads, metrics, loops);
        ClusterLinks links = new ClusterLinks(Replicas.of(itself, known.get(), client, leads));
        links.closing.push(client::dispose);
        links.closing.push(listener::close);
        links.closing.push(leads::close);
        return links;
    }

    /** The other replicas, or null where there are none. */
    @Nullable
    Replicas replicas() {
        return replicas;
    }

    /** Gives back what this replica leads, then closes the listener. Blocks, for some seconds at the most. */
    @Override
    public void close() {
        closing.forEach(Runnable::run);
    }
}
