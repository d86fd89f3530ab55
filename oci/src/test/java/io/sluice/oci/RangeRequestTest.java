package io.sluice.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.oci.RangeRequest.Selection;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RangeRequestTest {

    private static final long SIZE = 1000;

    @ParameterizedTest
    @CsvSource({
        "bytes=0-0, 0, 0",
        "bytes=0-499, 0, 499",
        "bytes=999-999, 999, 999",
        "bytes=500-, 500, 999",
        "bytes=0-, 0, 999",
        "bytes=-1, 999, 999",
        "bytes=-1000, 0, 999",
        "bytes=-1001, 0, 999",
        "bytes=500-1000, 500, 999",
        "BYTES=007-0008, 7, 8",
        "bytes= 1-2 , 1, 2",
        "bytes=500-9223372036854775807, 500, 999",
        "bytes=500-9223372036854775808, 500, 999",
        "bytes=500-99999999999999999999999999, 500, 999",
        "bytes=-9223372036854775807, 0, 999",
        "bytes=-99999999999999999999999999, 0, 999"
    })
    @DisplayName("C05: a-b, a- and -n are the bytes that the blob has of them, also where no long can hold their end")
    void oneRangeIsCutToTheBlob(String header, long first, long last) {
        assertThat(select(header, SIZE)).isEqualTo(parts(new ByteRange(first, last)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bytes=1000-",
                "bytes=1000-1000",
                "bytes=5-4",
                "bytes=-0",
                "bytes=9223372036854775807-",
                "bytes=9223372036854775808-",
                "bytes=99999999999999999999-99999999999999999998",
                "bytes=99999999999999999999-5",
                "bytes=2000-3000, 5-4, -0"
            })
    @DisplayName("C05: behind the end, reversed and empty ranges are unsatisfiable when there is no other")
    void whatTheBlobDoesNotHaveIsUnsatisfiable(String header) {
        assertThat(select(header, SIZE)).isEqualTo(new Selection.Unsatisfiable());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "bytes",
                "bytes=",
                "bytes=,",
                "bytes= , ,",
                "bytes=-",
                "bytes=a-b",
                "bytes=1",
                "bytes=1-2-3",
                "bytes=--1",
                "bytes=+1-2",
                "bytes=1 -2",
                "bytes=1- 2",
                "bytes=0x1-2",
                "bytes=1.0-2",
                "bytes=\u0661-2",
                "bytes=1;2",
                "bytes=0-1;3-4",
                "bytes=0-1,x",
                "bytes =0-1",
                "bytes:0-1",
                " bytes=0-1",
                "lines=0-1",
                "items=0-1",
                "octets=0-1"
            })
    @DisplayName("C05: another unit or another syntax means the whole")
    void garbageIsTheWhole(String header) {
        assertThat(RangeRequest.parse(header)).isEqualTo(RangeRequest.WHOLE);
        assertThat(select(header, SIZE)).isEqualTo(new Selection.Whole());
    }

    @Test
    void noHeaderIsTheWhole() {
        assertThat(RangeRequest.parse(null).isWhole()).isTrue();
    }

    @Test
    @DisplayName("C05: several ranges keep the client's order, and those that the blob does not have are left out")
    void severalRangesKeepTheirOrder() {
        assertThat(select("bytes=900-, 0-0,, 5-4, 2000-, 10-19", SIZE))
                .isEqualTo(parts(new ByteRange(900, 999), new ByteRange(0, 0), new ByteRange(10, 19)));
    }

    @Test
    @DisplayName("T34: ranges that touch do not overlap")
    void adjacentRangesStayApart() {
        assertThat(select("bytes=0-4,5-9", SIZE)).isEqualTo(parts(new ByteRange(0, 4), new ByteRange(5, 9)));
        assertThat(select("bytes=5-9,0-4", SIZE)).isEqualTo(parts(new ByteRange(5, 9), new ByteRange(0, 4)));
        assertThat(select("bytes=0-899,-100", SIZE)).isEqualTo(parts(new ByteRange(0, 899), new ByteRange(900, 999)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bytes=0-4,4-9",
                "bytes=4-9,0-4",
                "bytes=0-,0-",
                "bytes=0-0,0-0",
                "bytes=0-999,500-500",
                "bytes=500-500,0-999",
                "bytes=0-900,-100",
                "bytes=-1,-2",
                "bytes=10-19,30-39,5-10",
                "bytes=0-9223372036854775807,1-9223372036854775808"
            })
    @DisplayName("T34: ranges that overlap mean the whole")
    void overlappingRangesAreTheWhole(String header) {
        assertThat(select(header, SIZE)).isEqualTo(new Selection.Whole());
    }

    @Test
    @DisplayName("T34: eight ranges are served, nine mean the whole")
    void nineRangesAreTheWhole() {
        assertThat(select(ranges(8), SIZE))
                .isInstanceOfSatisfying(
                        Selection.Parts.class,
                        parts -> assertThat(parts.ranges()).hasSize(8));
        assertThat(RangeRequest.parse(ranges(9))).isEqualTo(RangeRequest.WHOLE);
    }

    @Test
    @DisplayName("T34: a header longer than any that means something is not taken apart")
    void anEndlessHeaderIsTheWhole() {
        assertThat(RangeRequest.parse("bytes=0-" + "9".repeat(100_000))).isEqualTo(RangeRequest.WHOLE);
        assertThat(RangeRequest.parse("bytes=" + ",".repeat(100_000) + "0-0")).isEqualTo(RangeRequest.WHOLE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=0-", "bytes=0-0", "bytes=-1", "bytes=-99999999999999999999"})
    void anEmptyBlobHasNoRanges(String header) {
        assertThat(select(header, 0)).isEqualTo(new Selection.Unsatisfiable());
        assertThat(RangeRequest.WHOLE.select(0)).isEqualTo(new Selection.Whole());
    }

    @Test
    @DisplayName("C05: the longest blob there can be has its ranges as well")
    void theLongestBlobHasRanges() {
        long size = Long.MAX_VALUE;

        assertThat(select("bytes=0-", size)).isEqualTo(parts(new ByteRange(0, size - 1)));
        assertThat(select("bytes=-1", size)).isEqualTo(parts(new ByteRange(size - 1, size - 1)));
        assertThat(select("bytes=9223372036854775806-9223372036854775807", size))
                .isEqualTo(parts(new ByteRange(size - 1, size - 1)));
        assertThat(new ByteRange(0, size - 1).length()).isEqualTo(size);
    }

    @Test
    void rangesOfABlobOfUnknownLengthCannotBeTold() {
        RangeRequest request = RangeRequest.parse("bytes=0-0");
        assertThatThrownBy(() -> request.select(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bytes=0-0|bytes=0-0",
                "BYTES= 1-2 ,, 5- ,-7|bytes=1-2,5-,-7",
                "bytes=5-4|bytes=5-4",
                "bytes=5-99999999999999999999|bytes=5-",
                "bytes=-99999999999999999999|bytes=-9223372036854775807"
            })
    void anUpstreamIsAskedTheSame(String header, String asked) {
        assertThat(RangeRequest.parse(header).headerValue()).isEqualTo(asked);
    }

    @Test
    void aRangeSaysWhichPartOfTheBlobItIs() {
        assertThat(new ByteRange(5, 9).contentRange(10)).isEqualTo("bytes 5-9/10");
        assertThat(new ByteRange(0, 0).contentRange(1)).isEqualTo("bytes 0-0/1");
        assertThat(new ByteRange(5, 9).contentRange(-1)).isEqualTo("bytes 5-9/*");
    }

    @ParameterizedTest
    @CsvSource({"-1, 5", "5, 4", "0, -1", "0, 9223372036854775807"})
    void aRangeHasAtLeastOneByteAndAtMostAsManyAsCanBeCounted(long first, long last) {
        assertThatThrownBy(() -> new ByteRange(first, last)).isInstanceOf(IllegalArgumentException.class);
    }

    private static Selection select(String header, long size) {
        return RangeRequest.parse(header).select(size);
    }

    private static Selection parts(ByteRange... ranges) {
        return new Selection.Parts(List.copyOf(Arrays.asList(ranges)));
    }

    private static String ranges(int count) {
        return "bytes="
                + IntStream.range(0, count).mapToObj(i -> 10 * i + "-" + 10 * i).collect(Collectors.joining(","));
    }
}
