package io.sluice.cache.redis;

import io.sluice.cache.ContentKey;
import io.sluice.cache.manifest.Proof;
import io.sluice.cache.record.Envelope;
import io.sluice.cache.record.MalformedRecordException;
import io.sluice.cache.record.ProofFormat;
import io.sluice.cache.record.RecordReader;
import io.sluice.cache.record.RecordWriter;
import io.sluice.cache.redis.Statement.Proven;
import io.sluice.cache.redis.Statement.Revoked;
import java.nio.ByteBuffer;

/** Statements as records; the first field says which of the two it is. */
final class StatementFormat {

    private static final int REVOKED = 0;
    private static final int PROVEN = 1;

    private final ProofFormat proofs = new ProofFormat();
    private final ServerClock time;

    StatementFormat(ServerClock time) {
        this.time = time;
    }

    byte[] write(ContentKey key, Statement statement) {
        RecordWriter writer = new RecordWriter();
        byte[] fields = switch (statement) {
            case Proven proven ->
                writer.number(PROVEN, Byte.BYTES)
                        .rest(ByteBuffer.wrap(proofs.write(there(proven.proof()))))
                        .bytes();
            case Revoked revoked ->
                writer.number(REVOKED, Byte.BYTES)
                        .instant(time.there(revoked.at()))
                        .bytes();
        };
        return Envelope.seal(proofs.key(key), fields);
    }

    /**
     * Reads a record.
     *
     * @throws RuntimeException when it cannot be read
     */
    Statement read(ContentKey key, byte[] record) {
        RecordReader fields = Envelope.open(proofs.key(key), record);
        int kind = (int) fields.number(Byte.BYTES);
        return switch (kind) {
            case PROVEN -> new Proven(here(proofs.read(key, fields)));
            case REVOKED -> new Revoked(time.here(fields.instant()));
            default -> throw new MalformedRecordException("a statement of the unknown kind " + kind);
        };
    }

    private Proof there(Proof proof) {
        return new Proof(time.there(proof.provenAt()), proof.mediaType(), proof.size(), proof.namedSize());
    }

    private Proof here(Proof proof) {
        return new Proof(time.here(proof.provenAt()), proof.mediaType(), proof.size(), proof.namedSize());
    }
}
