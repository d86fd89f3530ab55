package io.sluice.gateway.upstream;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.sluice.gateway.error.PullException;
import io.sluice.gateway.error.UpstreamTimeoutException;
import io.sluice.gateway.error.UpstreamUnreachableException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A breaker's leave to ask a host, to be given back: with what is known of the host when the first header is there, or
 * with nothing when the caller has left by then. The first word counts. A word that comes after the breaker has changed
 * its mind is about another time and not counted.
 */
final class Permit {

    private final CircuitBreaker breaker;
    private final State givenIn;
    private final AtomicBoolean returned = new AtomicBoolean();

    Permit(CircuitBreaker breaker) {
        this.breaker = breaker;
        this.givenIn = breaker.getState();
    }

    /** The host answered. A 501 or a 505 tells of the request. */
    void answered(int status) {
        if (!takeBack()) {
            return;
        }
        if (status >= 500 && status != 501 && status != 505) {
            breaker.onError(0, TimeUnit.NANOSECONDS, new IllegalStateException("a 5xx"));
        } else {
            breaker.onSuccess(0, TimeUnit.NANOSECONDS);
        }
    }

    /** There was no answer. */
    void failed(Throwable failure) {
        if (!takeBack()) {
            return;
        }
        if (failure instanceof PullException reason && isTheHosts(reason)) {
            breaker.onError(0, TimeUnit.NANOSECONDS, failure);
        } else {
            breaker.releasePermission();
        }
    }

    /** Nobody waits for the answer any more; says nothing of the host. */
    void released() {
        if (takeBack()) {
            breaker.releasePermission();
        }
    }

    private boolean takeBack() {
        return returned.compareAndSet(false, true) && breaker.getState() == givenIn;
    }

    private static boolean isTheHosts(PullException failure) {
        return failure instanceof UpstreamTimeoutException || failure instanceof UpstreamUnreachableException;
    }
}
