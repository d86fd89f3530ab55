package io.sluice.gateway.upstream.credential;

import com.github.benmanes.caffeine.cache.Ticker;
import io.sluice.gateway.error.UpstreamCredentialsException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * A credential that ends or changes. It is asked for once for all who wait. Shortly before its end it is renewed while the
 * old one is still used, which goes on to its end if there is no new one (U18). One that was rejected is renewed before it is
 * used again. Time is a monotonic clock's.
 */
final class RenewingCredential implements CredentialSource {

    private static final Logger log = LoggerFactory.getLogger(RenewingCredential.class);

    /** For one question; whoever is asked has limits of its own, below this one. */
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** A failure is the answer for so long, so that a storm of pulls does not become one at whoever gives credentials. */
    static final Duration PAUSE = Duration.ofSeconds(5);

    private final String route;
    private final Mono<Issued> issuer;
    private final Duration leastAge;
    private final Ticker ticker;
    private final AtomicReference<@Nullable Held> held = new AtomicReference<>();
    private final AtomicReference<@Nullable CompletableFuture<Held>> underway = new AtomicReference<>();
    private volatile @Nullable Failure last;

    /**
     * @param route the route, for the log
     * @param issuer gives a credential; its failures are {@link UpstreamCredentialsException}
     * @param leastAge what is younger is not renewed even if it was rejected: it is not its age then
     */
    RenewingCredential(String route, Mono<Issued> issuer, Duration leastAge, Ticker ticker) {
        this.route = route;
        this.issuer = issuer;
        this.leastAge = leastAge;
        this.ticker = ticker;
    }

    @Override
    public Mono<Credential> current() {
        return Mono.defer(this::currentOrRenewed);
    }

    private Mono<Credential> currentOrRenewed() {
        Held now = held.get();
        if (now == null || now.ageAt(ticker.read()).compareTo(now.issued().usableFor()) >= 0) {
            return renewed(now);
        }
        if (now.rejected()) {
            return renewed(now).onErrorReturn(UpstreamCredentialsException.class, now.credential());
        }
        if (now.ageAt(ticker.read()).compareTo(now.issued().renewAfter()) >= 0) {
            CompletableFuture<Held> ignored = renew(now);
        }
        return Mono.just(now.credential());
    }

    @Override
    public void reject(Credential rejected) {
        Held now = held.get();
        if (now != null
                && now.credential().equals(rejected)
                && now.ageAt(ticker.read()).compareTo(leastAge) >= 0) {
            held.compareAndSet(now, new Held(now.issued(), now.gotAt(), true));
        }
    }

    private Mono<Credential> renewed(@Nullable Held before) {
        return Mono.fromFuture(renew(before), true).map(Held::credential);
    }

    /** Joins whoever is asking, or asks, unless somebody else was faster or failed a moment ago. */
    private CompletableFuture<Held> renew(@Nullable Held before) {
        CompletableFuture<Held> mine = new CompletableFuture<>();
        CompletableFuture<Held> others = underway.compareAndExchange(null, mine);
        if (others != null) {
            return others;
        }
        Held now = held.get();
        Failure failure = last;
        if (now != null && !now.equals(before)) {
            underway.set(null);
            mine.complete(now);
        } else if (failure != null && ticker.read() - failure.at() < PAUSE.toNanos()) {
            underway.set(null);
            mine.completeExceptionally(failure.cause());
        } else {
            ask(mine);
        }
        return mine;
    }

    private void ask(CompletableFuture<Held> waiting) {
        issuer.timeout(LIMIT)
                .onErrorMap(RenewingCredential::explain)
                .subscribe(issued -> succeeded(issued, waiting), failure -> failed(failure, waiting));
    }

    private void succeeded(Issued issued, CompletableFuture<Held> waiting) {
        Held renewed = new Held(issued, ticker.read(), false);
        last = null;
        held.set(renewed);
        underway.set(null);
        waiting.complete(renewed);
    }

    private void failed(Throwable failure, CompletableFuture<Held> waiting) {
        last = new Failure(failure, ticker.read());
        log.warn("{}: no new credential: {}", route, failure.getMessage());
        underway.set(null);
        waiting.completeExceptionally(failure);
    }

    /** What was not foreseen may hold a secret, and is not repeated. */
    private static UpstreamCredentialsException explain(Throwable failure) {
        return failure instanceof UpstreamCredentialsException known
                ? known
                : new UpstreamCredentialsException(
                        "there is no credential: " + failure.getClass().getSimpleName());
    }

    /** A credential, when it was got, and whether it was rejected since. */
    private record Held(Issued issued, long gotAt, boolean rejected) {

        Credential credential() {
            return issued.credential();
        }

        Duration ageAt(long now) {
            return Duration.ofNanos(now - gotAt);
        }
    }

    private record Failure(Throwable cause, long at) {}
}
