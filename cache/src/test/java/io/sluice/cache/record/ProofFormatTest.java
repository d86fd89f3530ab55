package io.sluice.cache.record;

import static io.sluice.cache.manifest.Samples.ALPINE;
import static io.sluice.cache.manifest.Samples.NOON;
import static io.sluice.cache.manifest.Samples.digest;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cache.ContentKey;
import io.sluice.cache.manifest.Proof;
import io.sluice.oci.MediaTypes;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ProofFormatTest {

    private static final ContentKey KEY = new ContentKey(ALPINE, digest(1));
    private static final Proof PROOF = new Proof(NOON, MediaTypes.OCTET_STREAM, 1234, 5_000_000_000L);

    private final ProofFormat format = new ProofFormat();

    @Test
    void aProofComesBackAsItWas() {
        assertThat(read(format.write(PROOF))).isEqualTo(PROOF);
    }

    @Test
    @DisplayName("G20: a record of before a manifest's size was kept is a proof without one")
    void aProofMayLackTheSizeThatAManifestNames() {
        byte[] record = format.write(PROOF);
        byte[] earlier = Arrays.copyOf(record, record.length - Long.BYTES);

        assertThat(read(earlier)).isEqualTo(new Proof(NOON, MediaTypes.OCTET_STREAM, 1234));
    }

    private Proof read(byte[] record) {
        return format.read(KEY, new RecordReader(ByteBuffer.wrap(record)));
    }
}
