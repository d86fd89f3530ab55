package io.sluice.gateway.upstream;

import io.sluice.gateway.error.UpstreamUnreachableException;
import io.sluice.oci.Digest;
import io.sluice.oci.RepositoryName;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A registry with its connections, which knows whether anybody is asking it, so that it can be closed when nobody is. */
public final class OpenRegistry implements Registry, Disposable {

    private final Registry registry;
    private final Disposable connections;
    private final Set<Sinks.Empty<Void>> asking = ConcurrentHashMap.newKeySet();
    private volatile boolean used;
    private volatile boolean closed;
    private volatile boolean cut;

    OpenRegistry(Registry registry, Disposable connections) {
        this.registry = registry;
        this.connections = connections;
    }

    @Override
    public <T> Mono<T> send(RegistryRequest request, ResponseReader<T> reader) {
        return Mono.using(
                this::begin, cutting -> registry.send(request, reader).takeUntilOther(cutting.asMono()), this::end);
    }

    private Sinks.Empty<Void> begin() {
        used = true;
        Sinks.Empty<Void> cutting = Sinks.empty();
        asking.add(cutting);
        if (cut) {
            cutting.tryEmitError(gone());
        }
        return cutting;
    }

    private void end(Sinks.Empty<Void> cutting) {
        used = true;
        asking.remove(cutting);
        if (closed && asking.isEmpty()) {
            connections.dispose();
        }
    }

    @Override
    public void distrust(Digest blob) {
        registry.distrust(blob);
    }

    @Override
    public void askAnew(RepositoryName repository) {
        registry.askAnew(repository);
    }

    @Override
    public OptionalDouble budgetLeft() {
        return registry.budgetLeft();
    }

    /** Whether somebody is asking it now, or has since this was called before. */
    boolean wasUsed() {
        boolean before = used;
        used = false;
        return before || !asking.isEmpty();
    }

    boolean isAsked() {
        return !asking.isEmpty();
    }

    /** Closes what is idle now. Whoever comes late is served all the same, and what that opens is closed after it. */
    void close() {
        closed = true;
        connections.dispose();
    }

    /** Closes everything; what is under way fails, and so does whatever comes. */
    @Override
    public void dispose() {
        cut = true;
        close();
        asking.forEach(cutting -> cutting.tryEmitError(gone()));
    }

    private static UpstreamUnreachableException gone() {
        return new UpstreamUnreachableException(
                "the upstream of a route that was changed or removed long ago",
                UpstreamUnreachableException.Reason.BROKEN,
                new IllegalStateException("closed"));
    }
}
