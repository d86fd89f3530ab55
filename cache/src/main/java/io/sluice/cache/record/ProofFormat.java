package io.sluice.cache.record;

import io.sluice.cache.ContentKey;
import io.sluice.cache.RepositoryKey;
import io.sluice.cache.manifest.Proof;
import io.sluice.oci.Digest;
import io.sluice.oci.RepositoryName;
import java.time.Instant;

/** Proofs as records. */
public final class ProofFormat implements RecordFormat<ContentKey, Proof> {

    private static final int ABOUT = 512;

    @Override
    public String kind() {
        return "proofs";
    }

    @Override
    public byte[] key(ContentKey key) {
        return repository(key.repository()).text(key.digest().text()).bytes();
    }

    /** What the keys of a repository begin with, and no others do. */
    public byte[] prefix(RepositoryKey repository) {
        return repository(repository).bytes();
    }

    private static RecordWriter repository(RepositoryKey repository) {
        return RecordWriter.key()
                .text(repository.route())
                .text(repository.name().text());
    }

    /** Reads a key; fails when it is none. */
    public ContentKey readKey(byte[] key) {
        RecordReader reader = RecordReader.key(key);
        RepositoryKey repository = new RepositoryKey(reader.text(), RepositoryName.parse(reader.text()));
        return new ContentKey(repository, Digest.parse(reader.text()));
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
