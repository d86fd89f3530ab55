package io.sluice.cache.redis;

import io.sluice.cache.RepositoryKey;
import io.sluice.cache.TagKey;
import io.sluice.cache.manifest.TagIndex;
import io.sluice.cache.manifest.TagPointer;
import io.sluice.cache.record.Envelope;
import io.sluice.cache.record.TagFormat;
import io.sluice.oci.Accept;
import io.sluice.oci.Tag;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** Tag pointers in Redis: a hash for each tag, with a field for each Accept. */
final class RedisTagIndex implements TagIndex {

    /** Clients choose their Accept; a tag is kept for no more of them than this. */
    static final int MAX_VARIANTS = 64;

    private final TagFormat format = new TagFormat();
    private final RedisKeys keys;
    private final HashRecords records;
    private final ServerClock time;
    private final RedisFaults faults;

    RedisTagIndex(RedisKeys keys, HashRecords records, ServerClock time, RedisFaults faults) {
        this.keys = keys;
        this.records = records;
        this.time = time;
        this.faults = faults;
    }

    /** The key in Redis that has the pointers of a tag. */
    String redisKey(TagKey key) {
        return keys.tags(key.repository(), key.tag());
    }

    @Override
    public Mono<TagPointer> find(TagKey key) {
        return look(key).map(Found::value).onErrorComplete(RedisUnavailableException.class);
    }

    /** The pointer; empty when there is none that can be read; an error when Redis does not answer. */
    Mono<Found<TagPointer>> look(TagKey key) {
        return records.find(redisKey(key), format.key(key))
                .flatMap(record -> Mono.justOrEmpty(read(key, record)).map(pointer -> new Found<>(pointer, record)));
    }

    private Optional<TagPointer> read(TagKey key, byte[] record) {
        try {
            TagPointer there = format.read(key, Envelope.open(format.key(key), record));
            return Optional.of(new TagPointer(there.confirmed(), time.here(there.confirmedAt()), there.held()));
        } catch (RuntimeException e) {
            faults.report(RedisFault.UNREADABLE_RECORD, "the tag " + key + ": " + e.getMessage());
            return Optional.empty();
        }
    }

    private byte[] write(TagKey key, TagPointer pointer) {
        TagPointer there = new TagPointer(pointer.confirmed(), time.there(pointer.confirmedAt()), pointer.held());
        return Envelope.seal(format.key(key), format.write(there));
    }

    @Override
    public Mono<Map<Accept, TagPointer>> variants(RepositoryKey repository, Tag tag) {
        return records.findAll(keys.tags(repository, tag), MAX_VARIANTS)
                .flatMap(each -> Mono.justOrEmpty(variant(repository, tag, each)))
                .collectMap(Entry::getKey, Entry::getValue)
                .onErrorReturn(RedisUnavailableException.class, Map.of());
    }

    /** None: Redis has a key for each tag, and to look through all keys of all repositories would cost too much. */
    @Override
    public Mono<Map<TagKey, TagPointer>> pointers(RepositoryKey repository) {
        return Mono.just(Map.of());
    }

    private Optional<Entry<Accept, TagPointer>> variant(
            RepositoryKey repository, Tag tag, Entry<byte[], byte[]> fieldAndRecord) {
        try {
            TagKey key = format.readKey(fieldAndRecord.getKey());
            return key.repository().equals(repository) && key.tag().equals(tag)
                    ? read(key, fieldAndRecord.getValue()).map(pointer -> Map.entry(key.accept(), pointer))
                    : Optional.empty();
        } catch (RuntimeException e) {
            faults.report(RedisFault.UNREADABLE_RECORD, "a variant of " + tag + ": " + e.getMessage());
            return Optional.empty();
        }
    }

    /** None: only a walk over every key that there is could tell. */
    @Override
    public Mono<Void> put(TagKey key, TagPointer pointer) {
        return Mono.defer(() -> records.write(redisKey(key), List.of(Map.entry(format.key(key), write(key, pointer)))))
                .onErrorComplete(RedisUnavailableException.class);
    }

    /** Keeps a pointer where there is none. */
    Mono<Void> add(TagKey key, TagPointer pointer) {
        return Mono.defer(() -> records.add(redisKey(key), format.key(key), write(key, pointer)))
                .onErrorComplete();
    }

    /** Keeps a pointer if the one that was found is still there. */
    Mono<Void> replace(TagKey key, Found<TagPointer> found, TagPointer pointer) {
        return Mono.defer(() -> records.replace(redisKey(key), format.key(key), found.record(), write(key, pointer)))
                .onErrorComplete();
    }

    @Override
    public Mono<Void> remove(RepositoryKey repository, Tag tag) {
        return records.remove(keys.tags(repository, tag)).onErrorComplete(RedisUnavailableException.class);
    }
}
