package io.sluice.cache.embedded;

import io.sluice.cache.ContentKey;
import io.sluice.cache.manifest.Proof;
import java.time.Instant;

/** Proofs as records. */
final class ProofFormat implements RecordFormat<ContentKey, Proof> {

    private static final int ABOUT = 512;

    @Override
    public String kind() {
        return "proofs";
    }

    @Override
    public byte[] key(ContentKey key) {
        return RecordWriter.key()
                .text(key.repository().route())
                .text(key.repository().name().text())
                .text(key.digest().text())
                .bytes();
    }

    @Override
    public int length(Proof proof) {
        return ABOUT;
    }

    @Override
    public byte[] write(Proof proof) {
        String mediaType = proof.mediaType();
        return new RecordWriter()
                .instant(proof.provenAt())
                .text(mediaType == null ? "" : mediaType)
                .number(proof.size(), Long.BYTES)
                .number(proof.namedSize(), Long.BYTES)
                .bytes();
    }

    @Override
    public Proof read(ContentKey key, RecordReader fields) {
        Instant provenAt = fields.instant();
        String mediaType = fields.text();
        long size = fields.number(Long.BYTES);
        return new Proof(provenAt, mediaType.isEmpty() ? null : mediaType, size, namedSize(fields));
    }

    /** The first records had none. */
    private static long namedSize(RecordReader fields) {
        return fields.hasMore() ? fields.number(Long.BYTES) : -1;
    }
}
