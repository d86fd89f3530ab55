package io.sluice.cache.record;

import io.sluice.cache.RepositoryKey;
import io.sluice.cache.TagKey;
import io.sluice.cache.manifest.ManifestDescriptor;
import io.sluice.cache.manifest.TagPointer;
import io.sluice.oci.Accept;
import io.sluice.oci.Digest;
import io.sluice.oci.RepositoryName;
import io.sluice.oci.Tag;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tag pointers as records. The keys of one tag have one prefix, whatever the Accept. */
public final class TagFormat implements RecordFormat<TagKey, TagPointer> {

    private static final int ABOUT = 1024;

    @Override
    public String kind() {
        return "tags";
    }

    @Override
    public byte[] key(TagKey key) {
        RecordWriter writer = tag(key.repository(), key.tag());
        key.accept().types().forEach(writer::text);
        return writer.bytes();
    }

    /** What the keys of a tag begin with, and no others do. */
    public byte[] prefix(RepositoryKey repository, Tag tag) {
        return tag(repository, tag).bytes();
    }

    /** What the keys of a repository begin with, and no others do. */
    public byte[] prefix(RepositoryKey repository) {
        return repository(repository).bytes();
    }

    private static RecordWriter tag(RepositoryKey repository, Tag tag) {
        return repository(repository).text(tag.text());
    }

    private static RecordWriter repository(RepositoryKey repository) {
        return RecordWriter.key()
                .text(repository.route())
                .text(repository.name().text());
    }

    /** Reads a key; fails when it is none. */
    public TagKey readKey(byte[] key) {
        RecordReader reader = RecordReader.key(key);
        RepositoryKey repository = new RepositoryKey(reader.text(), RepositoryName.parse(reader.text()));
        Tag tag = Tag.parse(reader.text());
        List<String> types = new ArrayList<>();
        while (reader.hasMore()) {
            types.add(reader.text());
        }
        return new TagKey(repository, tag, new Accept(types));
    }

    @Override
    public int length(TagPointer pointer) {
        return ABOUT;
    }

    @Override
    public byte[] write(TagPointer pointer) {
        ManifestDescriptor confirmed = pointer.confirmed();
        Digest held = pointer.held();
        return new RecordWriter()
                .text(confirmed.digest().text())
                .text(confirmed.mediaType())
                .number(confirmed.size(), Long.BYTES)
                .instant(pointer.confirmedAt())
                .text(held == null ? "" : held.text())
                .bytes();
    }

    @Override
    public TagPointer read(TagKey key, RecordReader fields) {
        ManifestDescriptor confirmed =
                new ManifestDescriptor(Digest.parse(fields.text()), fields.text(), fields.number(Long.BYTES));
        return new TagPointer(confirmed, fields.instant(), heldDigest(fields.text()));
    }

    private static @Nullable Digest heldDigest(String text) {
        return text.isEmpty() ? null : Digest.parse(text);
    }
}
