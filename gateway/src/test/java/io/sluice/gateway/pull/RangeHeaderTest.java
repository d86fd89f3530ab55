package io.sluice.gateway.pull;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class RangeHeaderTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bytes=0-0|bytes=0-0",
                "bytes=5-|bytes=5-",
                "bytes=-7|bytes=-7",
                "bytes=0-1, 4-5,-2|bytes=0-1,4-5,-2",
                "bytes=0-1,2-3,4-5,6-7,8-9,10-11,12-13,14-15|bytes=0-1,2-3,4-5,6-7,8-9,10-11,12-13,14-15"
            })
    void aProperRangeIsRelayed(String header, String relayed) {
        assertThat(RangeHeader.toRelay(header)).isEqualTo(relayed);
    }

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(
            strings = {
                "lines=1-2",
                "bytes=5-4",
                "bytes=-",
                "bytes=a-b",
                "bytes=0-1;x",
                "bytes=0-1\r\nX: y",
                "bytes=9999999999999999999-",
                "bytes=0-1,2-3,4-5,6-7,8-9,10-11,12-13,14-15,16-17"
            })
    @DisplayName("T34: what is no range, overflows or names more than eight is passed over")
    void anythingElseIsPassedOver(@Nullable String header) {
        assertThat(RangeHeader.toRelay(header)).isNull();
    }

    @Test
    void aContentRangeIsReadOnlyWhenItIsPossible() {
        assertThat(ContentRange.parse("bytes 0-9/10")).isEqualTo(new ContentRange(0, 9, 10));
        assertThat(ContentRange.parse("bytes 5-9/*")).isEqualTo(new ContentRange(5, 9, -1));
        for (String value : new String[] {"bytes 9-0/10", "bytes 0-10/10", "bytes */10", "0-9/10", "bytes 0-9"}) {
            assertThat(ContentRange.parse(value)).as(value).isNull();
        }
    }
}
