package io.sluice.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.sluice.gateway.transfer.BufferedPiece;
import io.sluice.testing.Images;
import io.sluice.testing.Images.Content;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ReadyPieceTest {

    private final Content content = Images.layer(10_000, 1);

    @Test
    void aPieceThatIsReadyIsRead() {
        try (FakeBlob blob = FakeBlob.whole(content)) {
            assertThat(read(blob, 100, 50)).isEqualTo(Arrays.copyOfRange(content.bytes(), 100, 150));
            assertThat(read(blob, 9_990, 50)).isEqualTo(Arrays.copyOfRange(content.bytes(), 9_990, 10_000));
        }
    }

    @Test
    void whatCannotBeReadIsEmpty() {
        FakeBlob blob = FakeBlob.whole(content);
        assertThat(read(blob, 10_000, 50)).isEmpty();
        blob.close();
        assertThat(read(blob, 0, 50)).isEmpty();
    }

    private static byte[] read(FakeBlob blob, long from, int count) {
        ByteBuf piece = BufferedPiece.ready(ByteBufAllocator.DEFAULT, blob.open(), from, count);
        try {
            return ByteBufUtil.getBytes(piece);
        } finally {
            piece.release();
        }
    }
}
