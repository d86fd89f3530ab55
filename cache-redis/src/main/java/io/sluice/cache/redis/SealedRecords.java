package io.sluice.cache.redis;

import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SetArgs;
import io.sluice.cache.record.MalformedRecordException;
import io.sluice.cache.record.RecordReader;
import io.sluice.cache.record.RecordWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Mono;

/**
 * Secrets as they lie in Redis: sealed, and for no longer than they are good. How long that still is says Redis' own TTL, so
 * that it does not depend on anybody's wall clock (K20), and never more than what is sealed.
 */
final class SealedRecords {

    /** The longest secret that is shared, bytes. */
    static final int MAX_TEXT = 64 * 1024;

    private static final int MAX_RECORD = MAX_TEXT + Long.BYTES + Seal.OVERHEAD;
    private static final byte[] LIMIT = Integer.toString(MAX_RECORD).getBytes(StandardCharsets.US_ASCII);

    /** What is good for less is not worth the way. */
    private static final Duration SHORTEST = Duration.ofSeconds(1);

    private final CommandGate gate;
    private final RedisFaults faults;
    private final Seal seal;

    SealedRecords(CommandGate gate, RedisFaults faults, Seal seal) {
        this.gate = gate;
        this.faults = faults;
        this.seal = seal;
    }

    /** The part of a key that stands for a name. */
    String hidden(byte[] name) {
        return seal.hidden(name);
    }

    /** The secret; empty when there is none that opens; an error when Redis does not answer. */
    Mono<SealedValue> find(String hidden, byte[] name) {
        return read(hidden, name).map(Found::value);
    }

    private Mono<Found<SealedValue>> read(String hidden, byte[] name) {
        String key = RedisKeys.sealed(hidden);
        return gate.<List<Object>>read(
                        commands -> Scripts.READ_EXPIRING.run(commands, ScriptOutputType.MULTI, key, LIMIT))
                .filter(answer -> !answer.isEmpty())
                .flatMap(answer -> Mono.justOrEmpty(open(key, name, answer)))
                .onErrorResume(CommandGate::isUnreadable, failure -> unreadable(key, failure));
    }

    private Optional<Found<SealedValue>> open(String key, byte[] name, List<Object> answer) {
        try {
            byte[] record = (byte[]) answer.getFirst();
            long left = (Long) answer.getLast();
            RecordReader content = new RecordReader(ByteBuffer.wrap(seal.open(key, name, record)));
            long whole = content.number(Long.BYTES);
            if (left <= 0 || left > whole) {
                throw new MalformedRecordException("it was good for " + whole + " ms, and is to be for " + left);
            }
            String text = new String(content.rest(), StandardCharsets.UTF_8);
            SealedValue value = new SealedValue(text, Duration.ofMillis(left), Duration.ofMillis(whole - left));
            return Optional.of(new Found<>(value, record));
        } catch (RuntimeException e) {
            faults.report(RedisFault.UNREADABLE_RECORD, key + ": " + e.getMessage());
            return Optional.empty();
        }
    }

    private <T> Mono<T> unreadable(String key, Throwable failure) {
        faults.report(RedisFault.UNREADABLE_RECORD, key + ": " + failure.getMessage());
        return Mono.empty();
    }

    /** Keeps a secret over what lies there, for as long as it is good. */
    Mono<Void> put(String hidden, byte[] name, SealedValue value) {
        byte[] text = value.text().getBytes(StandardCharsets.UTF_8);
        return value.remaining().compareTo(SHORTEST) >= 0 && text.length <= MAX_TEXT
                ? Mono.defer(() -> write(RedisKeys.sealed(hidden), name, value.remaining(), text))
                : Mono.empty();
    }

    private Mono<Void> write(String key, byte[] name, Duration remaining, byte[] text) {
        byte[] content = new RecordWriter()
                .number(remaining.toMillis(), Long.BYTES)
                .rest(ByteBuffer.wrap(text))
                .bytes();
        byte[] record = seal.seal(key, name, content);
        return gate.write(commands -> commands.set(RedisKeys.bytes(key), record, SetArgs.Builder.px(remaining)))
                .then()
                .onErrorComplete(RedisUnavailableException.class);
    }

    /** Takes away this secret and no other: the record that it was read from, if that still lies there. */
    Mono<Void> remove(String hidden, byte[] name, String text) {
        return read(hidden, name)
                .filter(found -> found.value().text().equals(text))
                .flatMap(found -> gate.<Long>write(commands -> Scripts.REMOVE_SAME.run(
                        commands, ScriptOutputType.INTEGER, RedisKeys.sealed(hidden), found.record())))
                .then()
                .onErrorComplete(RedisUnavailableException.class);
    }
}
