package io.sluice.benchmarks.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.oci.Digest;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseReaderTest {

    private static final String BODY = "0123456789";
    private static final String HEAD = "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n";
    private static final Target TARGET = Target.blob(
            URI.create("http://127.0.0.1:1"),
            "bench/blobs",
            Digest.hash(Digest.Algorithm.SHA256, BODY.getBytes(StandardCharsets.US_ASCII)),
            BODY.length());

    private final ResponseReader reader = new ResponseReader(TARGET, true);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 40, 100})
    void anAnswerMayArriveInPiecesOfAnySize(int piece) throws IOException {
        String answer = HEAD + BODY;
        for (int at = 0; at < answer.length(); at += piece) {
            assertThat(reader.isComplete()).isFalse();
            accept(answer.substring(at, Math.min(at + piece, answer.length())));
        }

        assertThat(reader.isComplete()).isTrue();
        assertThat(reader.received()).isEqualTo(BODY.length());
    }

    @Test
    void aHeadAloneIsNoByteOfTheBody() throws IOException {
        accept(HEAD);

        assertThat(reader.received()).isZero();
        assertThat(reader.isComplete()).isFalse();
    }

    @Test
    void theAnswerToAHeadHasTheLengthOfABodyThatDoesNotCome() throws IOException {
        ResponseReader ofHead = new ResponseReader(TARGET.head(), true);

        ofHead.accept(ByteBuffer.wrap(HEAD.getBytes(StandardCharsets.ISO_8859_1)));

        assertThat(ofHead.isComplete()).isTrue();
        assertThatThrownBy(() -> ofHead.accept(ByteBuffer.wrap(new byte[1]))).isInstanceOf(ProtocolException.class);
    }

    @Test
    void anotherStatusIsAnError() {
        assertThatThrownBy(() -> accept("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("503");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 9\r\n", "Transfer-Encoding: chunked\r\n"})
    void anotherLengthIsAnError(String header) {
        assertThatThrownBy(() -> accept("HTTP/1.1 200 OK\r\n" + header + "\r\n"))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("instead of 10");
    }

    @Test
    void otherBytesAreAnErrorWhereTheyAreHashed() throws IOException {
        accept(HEAD);

        assertThatThrownBy(() -> accept("012345678X"))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining(TARGET.digest().text());
    }

    @Test
    void moreBytesThanAnnouncedAreAnError() throws IOException {
        accept(HEAD);

        assertThatThrownBy(() -> accept(BODY + "!")).isInstanceOf(ProtocolException.class);
    }

    private void accept(String text) throws IOException {
        reader.accept(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)));
    }
}
