package io.sluice.cache.record;

import io.sluice.cache.manifest.Manifest;
import io.sluice.cache.manifest.ManifestCheck;
import io.sluice.oci.Digest;
import java.util.HashMap;
import java.util.Map;

/** Manifests as records; each is verified again when it is read (K10). */
public final class ManifestFormat implements RecordFormat<Digest, Manifest> {

    private static final int OVERHEAD = 512;

    @Override
    public String kind() {
        return "manifests";
    }

    @Override
    public byte[] key(Digest digest) {
        return RecordWriter.key().text(digest.text()).bytes();
    }

    @Override
    public int length(Manifest manifest) {
        return OVERHEAD + manifest.size();
    }

    @Override
    public byte[] write(Manifest manifest) {
        Map<String, String> headers = manifest.headers();
        RecordWriter writer = new RecordWriter().text(manifest.mediaType()).number(headers.size(), Short.BYTES);
        headers.forEach((name, value) -> writer.text(name).text(value));
        return writer.rest(manifest.bytes()).bytes();
    }

    @Override
    public Manifest read(Digest digest, RecordReader fields) {
        String mediaType = fields.text();
        int count = (int) fields.number(Short.BYTES);
        Map<String, String> headers = new HashMap<>();
        for (int i = 0; i < count; i++) {
            headers.put(fields.text(), fields.text());
        }
        return ManifestCheck.verify(digest, mediaType, fields.rest(), headers);
    }
}
