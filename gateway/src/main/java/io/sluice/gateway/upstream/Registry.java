package io.sluice.gateway.upstream;

import io.sluice.oci.Digest;
import io.sluice.oci.RepositoryName;
import java.util.OptionalDouble;
import reactor.core.publisher.Mono;

/**
 * One upstream registry, as one route reaches it: with its own connection pool, credentials and tokens.
 *
 * <p>Challenges are answered, redirects are followed by hand, requests are built from nothing (T31). Errors are those of
 * {@code gateway.error}: a status that is not 2xx, a timeout, an unreachable host, a refused redirect.
 */
public interface Registry {

    /** How long a buffer of a body gets, bytes. */
    int LONGEST_BUFFER = 64 * 1024;

    /**
     * Sends a request and reads a successful answer. The connection belongs to the reader until its Mono ends; what the
     * reader leaves of the body, by finishing early or by being cancelled, closes the connection.
     *
     * @param request what to ask
     * @param reader what to do with a 2xx answer; called at most once for one subscription
     * @return what the reader made of it
     */
    <T> Mono<T> send(RegistryRequest request, ResponseReader<T> reader);

    /**
     * What came for a blob was wrong: for a while it is asked for through other connections, and at other addresses where
     * the host has any (T01).
     */
    void distrust(Digest blob);

    /**
     * The share of its request budget, from 0 to 1, that the upstream says is left for the account that would be used
     * next; 0 while it said to wait. Empty when it did not say, or when what it said is over.
     */
    OptionalDouble budgetLeft();

    /** Forgets what it remembers of a repository without having been asked just now: the next request goes upstream. */
    default void askAnew(RepositoryName repository) {}
}
