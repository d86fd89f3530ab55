package io.sluice.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.route.BlobBody.Part;
import io.sluice.oci.ByteRange;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class BlobBodyTest {

    @Test
    void theWholeIsItsBytesAlone() {
        assertThat(BlobBody.of(1000, List.of()))
                .isEqualTo(new BlobBody("application/octet-stream", null, 1000, List.of(new Part.Bytes(0, 1000))));
    }

    @Test
    void anEmptyBlobHasNoParts() {
        assertThat(BlobBody.of(0, List.of())).isEqualTo(new BlobBody("application/octet-stream", null, 0, List.of()));
    }

    @Test
    void aWholeOfUnknownLengthIsEverythingThatComes() {
        assertThat(BlobBody.of(-1, List.of()))
                .isEqualTo(new BlobBody("application/octet-stream", null, -1, List.of(new Part.Everything())));
    }

    @Test
    @DisplayName("C05: one range says which part of the blob it is, and has no frame")
    void oneRangeHasNoFrame() {
        assertThat(BlobBody.of(1000, List.of(new ByteRange(10, 19))))
                .isEqualTo(new BlobBody(
                        "application/octet-stream", "bytes 10-19/1000", 10, List.of(new Part.Bytes(10, 20))));
        assertThat(BlobBody.of(-1, List.of(new ByteRange(10, 19))).contentRange())
                .isEqualTo("bytes 10-19/*");
    }

    @Test
    @DisplayName("C05: several ranges are framed as RFC 9110 has it, and the length counts every byte of the frame")
    void severalRangesAreFramed() {
        BlobBody body =
                BlobBody.multipart(8000, List.of(new ByteRange(7000, 7999), new ByteRange(500, 999)), "THIS_STRING");

        assertThat(body.contentType()).isEqualTo("multipart/byteranges; boundary=THIS_STRING");
        assertThat(body.contentRange()).isNull();
        String written = body.parts().stream().map(BlobBodyTest::shown).collect(Collectors.joining());
        String expected = """
                --THIS_STRING
                Content-Type: application/octet-stream
                Content-Range: bytes 7000-7999/8000

                <7000 to 8000>
                --THIS_STRING
                Content-Type: application/octet-stream
                Content-Range: bytes 500-999/8000

                <500 to 1000>
                --THIS_STRING--
                """.replace("\n", "\r\n");
        assertThat(written).isEqualTo(expected);
        assertThat(body.length()).isEqualTo(expected.replaceAll("<.*>", "").length() + 1000 + 500);
    }

    private static String shown(Part part) {
        return switch (part) {
            case Part.Lines lines -> lines.text();
            case Part.Bytes bytes -> "<" + bytes.from() + " to " + bytes.to() + ">";
            case Part.Everything everything -> "<everything>";
        };
    }

    @Test
    void theLengthOfManyLargeRangesDoesNotOverflow() {
        long half = 1L << 61;
        BlobBody body = BlobBody.of(2 * half, List.of(new ByteRange(0, half - 1), new ByteRange(half, 2 * half - 1)));
        assertThat(body.length()).isGreaterThan(2 * half).isLessThan(2 * half + 1000);
    }

    @Test
    @DisplayName("T34: no blob can hold the boundary of an answer that is yet to be given")
    void aBoundaryIsRandom() {
        List<ByteRange> ranges = List.of(new ByteRange(0, 0), new ByteRange(5, 5));
        String first = BlobBody.of(10, ranges).contentType();
        assertThat(first).matches("multipart/byteranges; boundary=[0-9a-f]{32}");
        assertThat(BlobBody.of(10, ranges).contentType()).isNotEqualTo(first);
    }
}
