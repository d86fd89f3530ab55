package io.sluice.gateway.error;

/** The route is offline by its configuration: its upstream is never asked, so what is not held cannot be had. */
public final class UpstreamOfflineException extends PullException {

    /** @param route the name of the route */
    public UpstreamOfflineException(String route) {
        super("not held, and the route " + route + " is offline");
    }

    @Override
    public boolean isOutage() {
        return true;
    }
}
