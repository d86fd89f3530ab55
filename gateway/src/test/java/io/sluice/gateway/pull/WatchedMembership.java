package io.sluice.gateway.pull;

import io.sluice.cache.ContentKey;
import io.sluice.cache.RepositoryKey;
import io.sluice.cache.manifest.Membership;
import io.sluice.cache.manifest.Proof;
import io.sluice.oci.Digest;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;

/** Tells when every question was answered and its asker has gone on: by then it waits for a flight. */
final class WatchedMembership implements Membership {

    private final Membership membership;
    private final AtomicInteger questions = new AtomicInteger();
    private final Semaphore answers = new Semaphore(0);

    WatchedMembership(Membership membership) {
        this.membership = membership;
    }

    /** Waits for the answers to the questions so far. */
    void awaitAllAnswers(Duration limit) throws InterruptedException {
        int count = questions.get();
        if (!answers.tryAcquire(count, limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError(answers.availablePermits() + " answers within " + limit + ", not " + count);
        }
    }

    @Override
    public Mono<Proof> find(ContentKey key) {
        return Mono.defer(() -> {
            questions.incrementAndGet();
            return membership.find(key).doAfterTerminate(answers::release);
        });
    }

    @Override
    public Mono<Void> prove(RepositoryKey repository, Map<Digest, Proof> proofs) {
        return membership.prove(repository, proofs);
    }

    @Override
    public Mono<Set<Digest>> contents(RepositoryKey repository) {
        return membership.contents(repository);
    }

    @Override
    public Mono<Void> revoke(ContentKey key) {
        return membership.revoke(key);
    }
}
