package io.sluice.gateway.error;

/** A request of this process came back to it: an upstream leads here, perhaps by way of another proxy (T35, G17). */
public final class ProxyLoopException extends PullException {

    public ProxyLoopException() {
        super("a loop: this gateway sent the request itself, so one of its upstreams leads back to it");
    }
}
