package io.sluice.credentials.cloud;

/** Where a cloud gives logins. */
public interface CloudLogins {

    /**
     * Asks for a login; blocks, for half a minute at the most.
     *
     * @return a login that is valid now
     * @throws CloudLoginException if there is none to be had
     */
    CloudLogin ask();

    /** Gives back what it holds; blocks no longer than a moment. */
    default void close() {}
}
