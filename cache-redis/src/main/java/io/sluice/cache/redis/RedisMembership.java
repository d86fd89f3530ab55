package io.sluice.cache.redis;

import io.sluice.cache.ContentKey;
import io.sluice.cache.RepositoryKey;
import io.sluice.cache.manifest.Membership;
import io.sluice.cache.manifest.Proof;
import io.sluice.cache.redis.Statement.Proven;
import io.sluice.cache.redis.Statement.Revoked;
import io.sluice.oci.Digest;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;

/**
 * Proofs in Redis: a hash for each repository, with a field for each digest. A proof that is taken away leaves a word of it
 * there, so that no replica goes by the one on its disk.
 */
final class RedisMembership implements Membership {

    /** How many proofs of one repository there may be; one more makes another leave. */
    static final int MAX_PROOFS = MAX_CONTENTS;

    /** How many are told at once: an answer of some megabytes would hold up everybody else's. */
    private static final int TOLD = 10_000;

    private final RedisKeys keys;
    private final HashRecords records;
    private final StatementFormat format;
    private final RedisFaults faults;
    private final Clock clock;

    RedisMembership(RedisKeys keys, HashRecords records, ServerClock time, RedisFaults faults, Clock clock) {
        this.keys = keys;
        this.records = records;
        this.format = new StatementFormat(time);
        this.faults = faults;
        this.clock = clock;
    }

    /** The key in Redis that has the proofs of a repository. */
    String redisKey(ContentKey key) {
        return keys.proofs(key.repository());
    }

    private static byte[] field(Digest digest) {
        return digest.text().getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public Mono<Proof> find(ContentKey key) {
        return look(key)
                .flatMap(found -> Mono.justOrEmpty(proof(found.value())))
                .onErrorComplete(RedisUnavailableException.class);
    }

    private static Optional<Proof> proof(Statement statement) {
        return statement instanceof Proven proven ? Optional.of(proven.proof()) : Optional.empty();
    }

    /** What is said of it; empty when nothing is that can be read; an error when Redis does not answer. */
    Mono<Found<Statement>> look(ContentKey key) {
        return records.find(redisKey(key), field(key.digest()))
                .flatMap(record -> Mono.justOrEmpty(read(key, record)).map(said -> new Found<>(said, record)));
    }

    private Optional<Statement> read(ContentKey key, byte[] record) {
        try {
            return Optional.of(format.read(key, record));
        } catch (RuntimeException e) {
            faults.report(RedisFault.UNREADABLE_RECORD, "the proof " + key + ": " + e.getMessage());
            return Optional.empty();
        }
    }

    @Override
    public Mono<Void> prove(RepositoryKey repository, Map<Digest, Proof> proofs) {
        return Mono.defer(() -> records.write(
                        keys.proofs(repository),
                        proofs.entrySet().stream()
                                .map(proof -> record(
                                        new ContentKey(repository, proof.getKey()), new Proven(proof.getValue())))
                                .toList()))
                .onErrorComplete(RedisUnavailableException.class);
    }

    private Entry<byte[], byte[]> record(ContentKey key, Statement statement) {
        return Map.entry(field(key.digest()), format.write(key, statement));
    }

    /** Keeps a proof where nothing is said yet. */
    Mono<Void> add(ContentKey key, Proof proof) {
        return Mono.defer(() -> records.add(redisKey(key), field(key.digest()), format.write(key, new Proven(proof))))
                .onErrorComplete();
    }

    /** Keeps a proof if what was found is still what is said. */
    Mono<Void> replace(ContentKey key, Found<Statement> found, Proof proof) {
        return Mono.defer(() -> records.replace(
                        redisKey(key), field(key.digest()), found.record(), format.write(key, new Proven(proof))))
                .onErrorComplete();
    }

    /** Up to 10,000 of them. */
    @Override
    public Mono<Set<Digest>> contents(RepositoryKey repository) {
        return records.findAll(keys.proofs(repository), TOLD)
                .flatMap(each -> Mono.justOrEmpty(proven(repository, each)))
                .collect(Collectors.toUnmodifiableSet())
                .onErrorReturn(RedisUnavailableException.class, Set.of());
    }

    private Optional<Digest> proven(RepositoryKey repository, Entry<byte[], byte[]> fieldAndRecord) {
        try {
            Digest digest = Digest.parse(new String(fieldAndRecord.getKey(), StandardCharsets.US_ASCII));
            return read(new ContentKey(repository, digest), fieldAndRecord.getValue())
                    .flatMap(RedisMembership::proof)
                    .map(proof -> digest);
        } catch (RuntimeException e) {
            faults.report(RedisFault.UNREADABLE_RECORD, "a proof of " + repository + ": " + e.getMessage());
            return Optional.empty();
        }
    }

    @Override
    public Mono<Void> revoke(ContentKey key) {
        return Mono.defer(() -> records.write(redisKey(key), List.of(record(key, new Revoked(clock.instant())))))
                .onErrorComplete(RedisUnavailableException.class);
    }
}
