package io.sluice.cache.redis;

import io.lettuce.core.SetArgs;
import io.sluice.cache.manifest.Manifest;
import io.sluice.cache.manifest.ManifestStore;
import io.sluice.cache.record.Envelope;
import io.sluice.cache.record.MalformedRecordException;
import io.sluice.cache.record.ManifestFormat;
import io.sluice.oci.Digest;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import reactor.core.publisher.Mono;

/**
 * Manifests in Redis. Each is verified when it is read (T25).
 *
 * <p>What is read and written is limited together, not only one by one: nearly every manifest is shorter than a first
 * piece, and of the longer ones few are read at a time.
 */
final class RedisManifestStore implements ManifestStore {

    /** How much is read at first, bytes. */
    static final int FIRST_PIECE = 64 * 1024;

    /** The longest record, bytes: the longest manifest, and room for its headers. */
    static final int MAX_RECORD = Manifest.MAX_SIZE + FIRST_PIECE;

    /** How many of the records that are longer than the first piece are read at once. */
    private static final int LONG_READS = 8;

    /** How much may be on its way to Redis, bytes; the last one may go over it. */
    private static final long WRITTEN_AT_ONCE = 32L * 1024 * 1024;

    private static final int MAX_HEADERS = 16;
    private static final Pattern HEADER_NAME = Pattern.compile("[a-z0-9-]{1,64}");
    private static final Pattern HEADER_VALUE = Pattern.compile("[\\x20-\\x7E]{0,1024}");

    private final ManifestFormat format = new ManifestFormat();
    private final CommandGate gate;
    private final RedisKeys keys;
    private final RedisFaults faults;
    private final Duration keptFor;
    private final Semaphore longReads = new Semaphore(LONG_READS);
    private final AtomicLong written = new AtomicLong();

    RedisManifestStore(CommandGate gate, RedisKeys keys, RedisFaults faults, Duration keptFor) {
        this.gate = gate;
        this.keys = keys;
        this.faults = faults;
        this.keptFor = keptFor;
    }

    private byte[] key(Digest digest) {
        return RedisKeys.bytes(keys.manifest(digest));
    }

    @Override
    public Mono<Manifest> find(Digest digest) {
        return look(digest).onErrorComplete(RedisUnavailableException.class);
    }

    /** The manifest; empty when there is none that can be read; an error when Redis does not answer. */
    Mono<Manifest> look(Digest digest) {
        return piece(digest, 0, FIRST_PIECE - 1)
                .filter(first -> first.length > 0)
                .flatMap(first -> first.length < FIRST_PIECE ? Mono.just(first) : withTheRest(digest, first))
                .flatMap(record -> Mono.justOrEmpty(read(digest, record)))
                .onErrorResume(CommandGate::isUnreadable, failure -> unreadable(digest, failure));
    }

    private Mono<byte[]> piece(Digest digest, long from, long to) {
        return gate.read(commands -> commands.getrange(key(digest), from, to));
    }

    /** The whole record; one byte more than any may have is asked for, to see whether it is longer. */
    private Mono<byte[]> withTheRest(Digest digest, byte[] first) {
        if (!longReads.tryAcquire()) {
            faults.report(RedisFault.OVERLOADED, LONG_READS + " long manifests are being read");
            return Mono.error(new RedisUnavailableException(RedisFault.OVERLOADED));
        }
        return piece(digest, FIRST_PIECE, MAX_RECORD)
                .doFinally(end -> longReads.release())
                .map(rest -> ByteBuffer.allocate(first.length + rest.length)
                        .put(first)
                        .put(rest)
                        .array());
    }

    private Optional<Manifest> read(Digest digest, byte[] record) {
        try {
            if (record.length > MAX_RECORD) {
                throw new MalformedRecordException("it is longer than " + MAX_RECORD + " bytes");
            }
            return Optional.of(harmless(format.read(digest, Envelope.open(format.key(digest), record))));
        } catch (RuntimeException e) {
            faults.report(RedisFault.UNREADABLE_RECORD, "the manifest " + digest + ": " + e.getMessage());
            return Optional.empty();
        }
    }

    /** Headers are replayed to clients, and no digest covers them. */
    private static Manifest harmless(Manifest manifest) {
        Map<String, String> headers = manifest.headers();
        boolean right = headers.size() <= MAX_HEADERS
                && headers.entrySet().stream()
                        .allMatch(header -> HEADER_NAME.matcher(header.getKey()).matches()
                                && HEADER_VALUE.matcher(header.getValue()).matches());
        if (!right) {
            throw new MalformedRecordException("it has headers that nobody sends");
        }
        return manifest;
    }

    private Mono<Manifest> unreadable(Digest digest, Throwable failure) {
        faults.report(RedisFault.UNREADABLE_RECORD, "the manifest " + digest + ": " + failure.getMessage());
        return Mono.empty();
    }

    @Override
    public Mono<Void> put(Manifest manifest) {
        return Mono.defer(() -> putNow(manifest));
    }

    private Mono<Void> putNow(Manifest manifest) {
        if (written.get() > WRITTEN_AT_ONCE) {
            faults.report(RedisFault.OVERLOADED, written + " bytes are being written");
            return Mono.empty();
        }
        byte[] record = Envelope.seal(format.key(manifest.digest()), format.write(manifest));
        written.addAndGet(record.length);
        SetArgs kept = SetArgs.Builder.px(keptFor);
        return gate.write(commands -> commands.set(key(manifest.digest()), record, kept))
                .doFinally(end -> written.addAndGet(-record.length))
                .then()
                .onErrorComplete(RedisUnavailableException.class);
    }

    @Override
    public Mono<Void> remove(Digest digest) {
        return gate.write(commands -> commands.unlink(key(digest)))
                .then()
                .onErrorComplete(RedisUnavailableException.class);
    }
}
