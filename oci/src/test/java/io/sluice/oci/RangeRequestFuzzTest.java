package io.sluice.oci;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.oci.RangeRequest.Selection;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.LongRange;

/** C05, T34: whatever is asked for, what is selected is what arithmetic without limits selects. */
class RangeRequestFuzzTest {

    /** One range as it is asked for: either end may be absent, but not both. */
    record Asked(BigInteger first, BigInteger last) {

        private static final BigInteger ABSENT = BigInteger.valueOf(-1);

        boolean isSuffix() {
            return first.equals(ABSENT);
        }

        String text() {
            return (isSuffix() ? "" : first.toString()) + "-" + (last.equals(ABSENT) ? "" : last.toString());
        }

        /** The first and the last position in a blob of this size, in this order; reversed when there is none. */
        BigInteger[] in(BigInteger size) {
            BigInteger end = size.subtract(BigInteger.ONE);
            if (isSuffix()) {
                return new BigInteger[] {size.subtract(last.min(size)), end};
            }
            return new BigInteger[] {first, last.equals(ABSENT) ? end : last.min(end)};
        }
    }

    @Property(tries = 20_000)
    @Label("C05 T34: ranges around the edges of a blob and of a long")
    void rangesAreSelectedExactly(@ForAll("lists") List<Asked> asked, @ForAll("sizes") long size) {
        RangeRequest request = RangeRequest.parse(
                "bytes=" + String.join(",", asked.stream().map(Asked::text).toList()));

        assertThat(request.select(size)).isEqualTo(expected(asked, size));
        assertThat(RangeRequest.parse(request.headerValue()).select(size)).isEqualTo(expected(asked, size));
    }

    @Property(tries = 5_000)
    @Label("C05: any characters at all select something that the blob has")
    void anyHeaderIsUnderstoodOrPassedOver(@ForAll String header, @ForAll @LongRange(min = 0) long size) {
        for (String value : List.of(header, "bytes=" + header, "bytes=0-0," + header, "bytes=" + header + "-")) {
            if (RangeRequest.parse(value).select(size) instanceof Selection.Parts parts) {
                assertThat(parts.ranges()).isNotEmpty().allMatch(range -> range.last() < size);
            }
        }
    }

    private static Selection expected(List<Asked> asked, long size) {
        List<BigInteger[]> found = new ArrayList<>();
        for (Asked range : asked) {
            BigInteger[] ends = range.in(BigInteger.valueOf(size));
            if (ends[0].compareTo(ends[1]) <= 0) {
                found.add(ends);
            }
        }
        if (overlap(found)) {
            return new Selection.Whole();
        }
        return found.isEmpty()
                ? new Selection.Unsatisfiable()
                : new Selection.Parts(found.stream()
                        .map(ends -> new ByteRange(ends[0].longValueExact(), ends[1].longValueExact()))
                        .toList());
    }

    /** Whether any two share a position: sorted by their first ones, one begins before the one in front of it ends. */
    private static boolean overlap(List<BigInteger[]> ranges) {
        List<BigInteger[]> sorted =
                ranges.stream().sorted((a, b) -> a[0].compareTo(b[0])).toList();
        for (int i = 1; i < sorted.size(); i++) {
            if (sorted.get(i)[0].compareTo(sorted.get(i - 1)[1]) <= 0) {
                return true;
            }
        }
        return false;
    }

    @Provide
    Arbitrary<List<Asked>> lists() {
        return asked().list().ofMinSize(1).ofMaxSize(RangeRequest.MAX_RANGES);
    }

    @Provide
    Arbitrary<Long> sizes() {
        return Arbitraries.oneOf(
                Arbitraries.longs().between(0, 60),
                Arbitraries.longs().between(Long.MAX_VALUE - 60, Long.MAX_VALUE),
                Arbitraries.longs().greaterOrEqual(0));
    }

    private static Arbitrary<Asked> asked() {
        Arbitrary<BigInteger> position = position();
        Arbitrary<Asked> closed = Combinators.combine(position, position).as(Asked::new);
        Arbitrary<Asked> brief = Combinators.combine(
                        position, Arbitraries.integers().between(0, 4))
                .as((first, length) -> new Asked(first, first.add(BigInteger.valueOf(length))));
        Arbitrary<Asked> open = position.map(first -> new Asked(first, Asked.ABSENT));
        Arbitrary<Asked> suffix = position.map(length -> new Asked(Asked.ABSENT, length));
        return Arbitraries.frequencyOf(Tuple.of(2, closed), Tuple.of(6, brief), Tuple.of(1, open), Tuple.of(1, suffix));
    }

    private static Arbitrary<BigInteger> position() {
        BigInteger limit = BigInteger.valueOf(Long.MAX_VALUE);
        return Arbitraries.oneOf(
                Arbitraries.bigIntegers().between(BigInteger.ZERO, BigInteger.valueOf(70)),
                Arbitraries.bigIntegers()
                        .between(limit.subtract(BigInteger.valueOf(70)), limit.add(BigInteger.valueOf(70))),
                Arbitraries.bigIntegers().between(BigInteger.ZERO, limit.shiftLeft(3)));
    }
}
