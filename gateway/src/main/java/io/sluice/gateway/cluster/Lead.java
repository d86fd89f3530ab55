package io.sluice.gateway.cluster;

import io.sluice.cache.blob.BlobReader;
import io.sluice.cache.replica.BlobLease;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** One blob that this replica fetches for all of them, or is about to: its lease is renewed until it ends. */
public final class Lead {

    private final Consumer<Lead> begun;
    private final Consumer<Lead> ended;
    private final Sinks.One<Supplier<Mono<BlobReader>>> offer = Sinks.one();
    private final AtomicReference<@Nullable BlobLease> lease = new AtomicReference<>();
    private final Disposable.Swap renewing = Disposables.swap();

    Lead(Consumer<Lead> begun, Consumer<Lead> ended) {
        this.begun = begun;
        this.ended = ended;
    }

    /** The lease is this replica's. It may be lost again, which ends the lead, and not the fetch. */
    public void won(BlobLease won) {
        lease.set(won);
        begun.accept(this);
        renewing.update(won.renewing().subscribe(nothing -> {}, failure -> {}, this::leave));
    }

    /** Whether this replica leads, as far as it knows. */
    public boolean isOn() {
        return lease.get() != null;
    }

    /** The blob can be read. */
    public void offer(Supplier<Mono<BlobReader>> reader) {
        offer.tryEmitValue(reader);
    }

    /** Ends as soon as there is something to read, empty when it ends before. */
    Mono<Supplier<Mono<BlobReader>>> offered() {
        return offer.asMono();
    }

    /** Ends it: gives the lease back, then lets go of those who wait. */
    public void end() {
        released().subscribe();
    }

    Mono<Void> released() {
        return Mono.defer(() -> {
                    renewing.dispose();
                    BlobLease held = lease.getAndSet(null);
                    return held == null ? Mono.<Void>empty() : held.release();
                })
                .doFinally(signal -> leave());
    }

    private void leave() {
        lease.set(null);
        ended.accept(this);
        offer.tryEmitEmpty();
    }
}
