package io.sluice.cache.redis;

import io.lettuce.core.ScriptOutputType;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Records in the fields of hashes in Redis. Every reading is limited, whatever lies there. */
final class HashRecords {

    /** The longest record that is written or read, bytes. */
    static final int MAX_RECORD = 4 * 1024;

    /** The longest field, bytes. */
    static final int MAX_FIELD = 16 * 1024;

    private static final int FIELDS_A_STEP = 500;
    private static final byte[] NOTHING = {};

    private final CommandGate gate;
    private final RedisFaults faults;
    private final byte[] keptFor;
    private final int maximum;

    /**
     * @param keptFor how long a hash stays after it was last written
     * @param maximum how many fields a hash may have
     */
    HashRecords(CommandGate gate, RedisFaults faults, Duration keptFor, int maximum) {
        this.gate = gate;
        this.faults = faults;
        this.keptFor = number(keptFor.toMillis());
        this.maximum = maximum;
    }

    /** A record; empty when there is none that could be read; an error when Redis does not answer. */
    Mono<byte[]> find(String key, byte[] field) {
        return gate.<byte[]>read(commands ->
                        Scripts.READ_FIELD.run(commands, ScriptOutputType.VALUE, key, field, number(MAX_RECORD)))
                .onErrorResume(CommandGate::isUnreadable, failure -> unreadable(key, failure));
    }

    /** The fields of a hash and their records, up to a limit. */
    Flux<Map.Entry<byte[], byte[]>> findAll(String key, int limit) {
        return gate.<List<byte[]>>read(commands -> Scripts.READ_FIELDS.run(
                        commands, ScriptOutputType.MULTI, key, number(limit), number(MAX_FIELD), number(MAX_RECORD)))
                .onErrorResume(CommandGate::isUnreadable, failure -> unreadable(key, failure))
                .flatMapIterable(HashRecords::pairs);
    }

    private static List<Map.Entry<byte[], byte[]>> pairs(List<byte[]> inTurn) {
        List<Map.Entry<byte[], byte[]>> pairs = new ArrayList<>();
        for (int i = 0; i + 1 < inTurn.size(); i += 2) {
            pairs.add(Map.entry(inTurn.get(i), inTurn.get(i + 1)));
        }
        return pairs;
    }

    private <T> Mono<T> unreadable(String key, Throwable failure) {
        faults.report(RedisFault.UNREADABLE_RECORD, key + ": " + failure.getMessage());
        return Mono.empty();
    }

    /** Writes records, over what lies there. Those that are too long are left out. */
    Mono<Void> write(String key, List<Map.Entry<byte[], byte[]>> records) {
        return Flux.fromIterable(records)
                .filter(each -> fits(each.getKey(), each.getValue()))
                .buffer(FIELDS_A_STEP)
                .concatMap(step -> gate.write(
                        commands -> Scripts.WRITE_FIELDS.run(commands, ScriptOutputType.INTEGER, key, arguments(step))))
                .then();
    }

    private byte[][] arguments(List<Map.Entry<byte[], byte[]>> records) {
        List<byte[]> arguments = new ArrayList<>(List.of(keptFor, number(maximum)));
        records.forEach(each -> {
            arguments.add(each.getKey());
            arguments.add(each.getValue());
        });
        return arguments.toArray(byte[][]::new);
    }

    /** Writes a record where there is none. */
    Mono<Void> add(String key, byte[] field, byte[] record) {
        return replace(key, field, NOTHING, record);
    }

    /** Writes a record if the one that was read still lies there. */
    Mono<Void> replace(String key, byte[] field, byte[] read, byte[] record) {
        return fits(field, record)
                ? gate.write(commands -> Scripts.REPLACE_FIELD.run(
                                commands, ScriptOutputType.INTEGER, key, keptFor, number(maximum), field, read, record))
                        .then()
                : Mono.empty();
    }

    /** Removes a hash. */
    Mono<Void> remove(String key) {
        return gate.write(commands -> commands.unlink(RedisKeys.bytes(key))).then();
    }

    private static boolean fits(byte[] field, byte[] record) {
        return field.length <= MAX_FIELD && record.length <= MAX_RECORD;
    }

    private static byte[] number(long number) {
        return Long.toString(number).getBytes(StandardCharsets.US_ASCII);
    }
}
