package io.sluice.gateway.pull;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.sluice.cache.RepositoryKey;
import io.sluice.gateway.policy.PullPolicy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The lists that upstreams sent lately, as much of them as has room. */
final class ListMemory {

    /** Bytes. */
    private static final long ROOM = 16L * 1024 * 1024;

    /** What an entry takes beside its text, bytes, more or less. */
    private static final int ENTRY = 256;

    private final Clock clock;
    private final Cache<Key, Remembered> lists = Caffeine.newBuilder()
            .maximumWeight(ROOM)
            .weigher((Key key, Remembered remembered) ->
                    ENTRY + 2 * key.question().length() + remembered.list().size())
            .build();

    ListMemory(Clock clock) {
        this.clock = clock;
    }

    /**
     * What is asked of a repository.
     *
     * @param repository the repository
     * @param policy what may be pulled: another one makes another list
     * @param question path and query behind its name
     */
    record Key(RepositoryKey repository, PullPolicy policy, String question) {}

    private record Remembered(PulledList list, Instant since) {}

    void put(Key key, PulledList list) {
        lists.put(key, new Remembered(list, clock.instant()));
    }

    /** A list that is not older than that; one from a moment that is yet to come is none (K20). */
    Optional<PulledList> find(Key key, Duration notOlderThan) {
        return Optional.ofNullable(lists.getIfPresent(key))
                .filter(remembered -> isWithin(remembered.since(), notOlderThan))
                .map(Remembered::list);
    }

    private boolean isWithin(Instant since, Duration limit) {
        Duration age = Duration.between(since, clock.instant());
        return !age.isNegative() && age.compareTo(limit) < 0;
    }

    /** After the registry's own "no" nothing that it said of the repository is served any more (T12). */
    void forget(RepositoryKey repository) {
        lists.asMap().keySet().removeIf(key -> key.repository().equals(repository));
    }
}
