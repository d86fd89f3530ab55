package io.sluice.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeadScannerTest {

    private static final String HEAD = "GET /v2/ HTTP/1.1\r\nHost: a\r\nX: y z\r\n\r\n";

    @ParameterizedTest
    @ValueSource(
            strings = {
                HEAD,
                HEAD + HEAD,
                "\r\n\r\n" + HEAD,
                HEAD + "POST /v2/ HTTP/1.1\r\nHost: a\r\n\r\n\tnot a head\r\n folded\r\n",
                "GET /v2/ HTTP/1.1\r\nHost:\ta\r\nX:\u000B\r\n\r\n",
                "GET /v2/ HTTP/1.1\n\n",
                "GET /v2/ HTTP/1.1\r\nHost: a"
            })
    @DisplayName("T32: a well-formed head passes unchanged, however it was cut into pieces")
    void aWellFormedHeadPasses(String heads) {
        everyWayToCut(heads).forEach(pieces -> {
            Seen seen = scan(pieces);
            assertThat(seen.bytes()).as(pieces.toString()).isEqualTo(heads);
            assertThat(seen.refused()).as(pieces.toString()).isFalse();
        });
    }

    /** The vertical bar stands where the byte is that is refused. */
    @ParameterizedTest
    @CsvSource({
        "GET /v2/ HTTP/1.1__X: y__| z____",
        "GET /v2/ HTTP/1.1__|\tX: y____",
        "GET /v2/ HTTP/1.1__X: y____GET /v2/ HTTP/1.1__X: y__|\tz____",
        "GET|\t/v2/ HTTP/1.1____",
        "GET /v2/|\u000BHTTP/1.1____",
        "GET /v2/ HTTP/1.1__X: y____G|\fT /v2/ HTTP/1.1____"
    })
    @DisplayName("T32: a folded line and a blank that is no space are refused at their byte, however the head was cut")
    void whatTheDecoderWouldOverlookIsRefused(String drawn) {
        String heads = drawn.replace("__", "\r\n");
        int refusedAt = heads.indexOf('|');
        everyWayToCut(heads.replace("|", "")).forEach(pieces -> {
            Seen seen = scan(pieces);
            assertThat(seen.bytes()).as(pieces.toString()).isEqualTo(heads.substring(0, refusedAt));
            assertThat(seen.refused()).as(pieces.toString()).isTrue();
        });
    }

    /** Whole, in two pieces in every way, and byte by byte. */
    private static Stream<List<String>> everyWayToCut(String text) {
        Stream<List<String>> inTwo =
                IntStream.range(0, text.length()).mapToObj(cut -> List.of(text.substring(0, cut), text.substring(cut)));
        return Stream.concat(inTwo, Stream.of(List.of(text.split(""))));
    }

    /**
     * What a handler behind the scanner sees.
     *
     * @param bytes all the bytes
     * @param refused whether a request that failed came behind them
     */
    private record Seen(String bytes, boolean refused) {}

    private static Seen scan(List<String> pieces) {
        EmbeddedChannel channel = new EmbeddedChannel(new HeadScanner(Duration.ofMinutes(1)));
        StringBuilder bytes = new StringBuilder();
        boolean refused = false;
        for (String piece : pieces) {
            channel.writeInbound(Unpooled.copiedBuffer(piece, StandardCharsets.ISO_8859_1));
            for (Object message = channel.readInbound(); message != null; message = channel.readInbound()) {
                if (message instanceof ByteBuf passed) {
                    bytes.append(passed.toString(StandardCharsets.ISO_8859_1));
                    passed.release();
                } else {
                    refused = ((HttpRequest) message).decoderResult().isFailure();
                }
            }
        }
        channel.finishAndReleaseAll();
        return new Seen(bytes.toString(), refused);
    }
}
