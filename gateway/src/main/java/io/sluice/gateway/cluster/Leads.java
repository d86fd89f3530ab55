package io.sluice.gateway.cluster;

import io.sluice.cache.blob.BlobReader;
import io.sluice.oci.Digest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The blobs that this replica fetches for all of them: what it offers the others while it arrives. What it follows another
 * replica for is never among them, so no two of them ever wait for one another.
 */
public final class Leads implements AutoCloseable {

    private static final Duration RELEASE_WITHIN = Duration.ofSeconds(1);

    private final Map<Digest, Lead> all = new ConcurrentHashMap<>();

    /** Begins one: from now on who asks for the blob waits until it is clear what comes of it. */
    public Lead begin(Digest digest) {
        Lead lead = new Lead(won -> all.put(digest, won), ended -> all.remove(digest, ended));
        all.compute(digest, (same, other) -> other != null && other.isOn() ? other : lead);
        return lead;
    }

    /** A reader of a blob that is led, as soon as it can be read; empty when it is not led, or not any more. */
    Mono<BlobReader> reader(Digest digest) {
        return Mono.defer(() -> {
            Lead lead = all.get(digest);
            return lead == null ? Mono.empty() : lead.offered().flatMap(Supplier::get);
        });
    }

    /** How many there are. */
    int count() {
        return all.size();
    }

    /** Gives all of them back, so that nobody waits for what does not come any more. Blocks, for a second at the most. */
    @Override
    public void close() {
        List<Mono<Void>> releases = all.values().stream().map(Lead::released).toList();
        Flux.merge(releases).then().timeout(RELEASE_WITHIN).onErrorComplete().block();
    }
}
