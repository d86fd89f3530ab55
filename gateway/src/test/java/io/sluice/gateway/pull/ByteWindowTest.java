package io.sluice.gateway.pull;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ByteWindowTest {

    private final ByteWindow window = new ByteWindow(1000, 100);

    @Test
    void asManyBuffersAreAskedForAsFitHoweverLongTheyGet() {
        assertThat(window.take()).isEqualTo(10);
        assertThat(window.take()).isZero();
    }

    @Test
    void aShortBufferLeavesRoomForAnother() {
        window.take();

        window.arrived(60);
        assertThat(window.take()).isZero();
        window.arrived(40);
        assertThat(window.take()).isEqualTo(1);
    }

    @Test
    void whatIsGoneLeavesItsRoom() {
        window.take();
        window.arrived(100);
        window.arrived(100);
        assertThat(window.take()).isZero();

        window.left(200);

        assertThat(window.take()).isEqualTo(2);
    }

    @Test
    void aBufferThatIsTooLongTakesItsLengthAllTheSame() {
        window.take();
        window.arrived(450);
        assertThat(window.take()).isZero();

        window.left(450);

        assertThat(window.take()).isEqualTo(1);
    }
}
