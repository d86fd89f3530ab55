package io.sluice.cache.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.cache.record.MalformedRecordException;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("T25: what is sealed")
class SealTest {

    private static final byte[] NAME = "whose it is".getBytes(UTF_8);
    private static final byte[] CONTENT = "t0ken".getBytes(UTF_8);
    private static final String KEY = "sluice:1:sealed:{0}";

    private final Seal seal = TestKeys.seal(1);
    private final byte[] sealed = seal.seal(KEY, NAME, CONTENT);

    private void assertDoesNotOpen(Seal other, String key, byte[] name, byte[] record) {
        assertThatThrownBy(() -> other.open(key, name, record))
                .isInstanceOf(MalformedRecordException.class)
                .hasMessageNotContaining("t0ken");
    }

    @Test
    void opensForWhoHasTheSameKeys() {
        assertThat(TestKeys.seal(1).open(KEY, NAME, sealed)).isEqualTo(CONTENT);
    }

    @Test
    void doesNotOpenWithAnotherKey() {
        assertDoesNotOpen(TestKeys.seal(2), KEY, NAME, sealed);
    }

    @Test
    void doesNotOpenWhereItWasMovedTo() {
        assertDoesNotOpen(seal, KEY + "0", NAME, sealed);
        assertDoesNotOpen(seal, KEY, "another's".getBytes(UTF_8), sealed);
        String longer = KEY + new String(NAME, UTF_8).charAt(0);
        assertDoesNotOpen(seal, longer, Arrays.copyOfRange(NAME, 1, NAME.length), sealed);
    }

    @Test
    void doesNotOpenWhenAnyByteIsAnother() {
        for (int i = 0; i < sealed.length; i++) {
            byte[] changed = sealed.clone();
            changed[i] ^= 1;
            assertDoesNotOpen(seal, KEY, NAME, changed);
        }
    }

    @Test
    void doesNotOpenWhenItIsShorterOrLonger() {
        for (int length = 0; length < sealed.length; length++) {
            assertDoesNotOpen(seal, KEY, NAME, Arrays.copyOf(sealed, length));
        }
        assertDoesNotOpen(seal, KEY, NAME, Arrays.copyOf(sealed, sealed.length + 1));
    }

    @Test
    void isAnotherEachTimeAndShowsNothing() {
        byte[] again = seal.seal(KEY, NAME, CONTENT);

        assertThat(again).isNotEqualTo(sealed).hasSize(CONTENT.length + Seal.OVERHEAD);
        assertThat(new String(sealed, UTF_8)).doesNotContain("t0ken");
    }

    @Test
    void hasANameThatSaysNothingAndIsTheSameForAllWhoHaveTheKeys() {
        assertThat(seal.hidden(NAME))
                .matches("[0-9a-f]{64}")
                .isEqualTo(TestKeys.seal(1).hidden(NAME));
        assertThat(seal.hidden(CONTENT)).isNotEqualTo(seal.hidden(NAME));
        assertThat(TestKeys.seal(2).hidden(NAME)).isNotEqualTo(seal.hidden(NAME));
    }
}
