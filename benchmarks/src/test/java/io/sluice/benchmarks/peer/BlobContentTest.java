package io.sluice.benchmarks.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.oci.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;

class BlobContentTest {

    private static final int SIZE = 200_001;

    @Test
    void itIsAsLongAsItSaysAndHasItsDigestHoweverItIsRead() throws IOException {
        BlobContent content = new BlobContent(1, SIZE);

        byte[] bytes = readInPieces(content, 777);

        assertThat(bytes).hasSize(SIZE);
        assertThat(content.digest()).isEqualTo(Digest.hash(Digest.Algorithm.SHA256, bytes));
        assertThat(readInPieces(content, 65_536)).isEqualTo(bytes);
    }

    @Test
    void eachNumberHasOtherBytes() throws IOException {
        assertThat(new BlobContent(1, SIZE).digest()).isNotEqualTo(new BlobContent(2, SIZE).digest());
    }

    private static byte[] readInPieces(BlobContent content, int length) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] piece = new byte[length];
        try (InputStream in = content.open()) {
            for (int count = in.read(piece, 0, length); count >= 0; count = in.read(piece, 0, length)) {
                all.write(piece, 0, count);
            }
        }
        return all.toByteArray();
    }
}
