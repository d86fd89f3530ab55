package io.sluice.cache.disk;

import static io.sluice.cache.manifest.Samples.digest;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.oci.Digest;
import io.sluice.oci.Digest.Algorithm;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DigestTableTest {

    private final DigestTable table = new DigestTable();

    @Test
    void aSlotLeadsToItsDigestAndBack() {
        assertThat(find(digest(0))).isEqualTo(DigestTable.NONE);
        Map<Integer, Digest> bySlot = new HashMap<>();
        IntStream.range(0, 30_000).mapToObj(DigestTableTest::shortOrLong).forEach(each -> bySlot.put(add(each), each));

        assertThat(bySlot).hasSize(30_000);
        assertThat(table.slots()).isEqualTo(30_000);
        bySlot.forEach((slot, each) -> {
            assertThat(table.digest(slot)).isEqualTo(each);
            assertThat(find(each)).isEqualTo(slot);
        });
        assertThat(find(digest(-1))).isEqualTo(DigestTable.NONE);
    }

    @Test
    void aSlotThatWasGivenBackIsUsedAgain() {
        IntStream.range(0, 10_000).forEach(i -> add(shortOrLong(i)));
        IntStream.range(0, 10_000).filter(i -> i % 3 == 0).forEach(i -> table.remove(find(shortOrLong(i))));
        IntStream.range(0, 10_000)
                .forEach(i ->
                        assertThat(find(shortOrLong(i)) == DigestTable.NONE).isEqualTo(i % 3 == 0));

        IntStream.range(10_000, 13_334).forEach(i -> add(shortOrLong(i)));

        assertThat(table.slots()).isEqualTo(10_000);
        IntStream.range(0, 13_334)
                .filter(i -> i % 3 != 0 || i >= 10_000)
                .mapToObj(DigestTableTest::shortOrLong)
                .forEach(each -> assertThat(table.digest(find(each))).isEqualTo(each));
    }

    @Test
    void manyThatAreAppendedAreFoundTogetherWithWhatComesLater() {
        IntStream.range(0, 10_000).forEach(i -> table.append(DigestWords.of(shortOrLong(i))));
        table.findAppended();
        IntStream.range(10_000, 20_000).forEach(i -> add(shortOrLong(i)));
        IntStream.range(0, 5_000).forEach(i -> table.remove(find(shortOrLong(i))));

        assertThat(IntStream.range(0, 5_000)).allMatch(i -> find(shortOrLong(i)) == DigestTable.NONE);
        assertThat(IntStream.range(5_000, 20_000)).allMatch(i -> find(shortOrLong(i)) == i);
    }

    @Test
    void digestsThatSomebodyChoseAreSpreadLikeOthers() {
        String zeros = "0".repeat(56);
        IntStream.range(0, 100_000)
                .mapToObj(i -> new Digest(Algorithm.SHA256, String.format("%08x", i) + zeros))
                .forEach(this::add);

        long fingerprints =
                IntStream.range(0, 100_000).map(table::fingerprint).distinct().count();
        assertThat(fingerprints).isGreaterThan(99_900);
    }

    private static Digest shortOrLong(int i) {
        Digest digest = digest(i);
        return i % 5 == 0 ? new Digest(Algorithm.SHA512, digest.hex() + digest.hex()) : digest;
    }

    private int add(Digest digest) {
        return table.add(DigestWords.of(digest));
    }

    private int find(Digest digest) {
        return table.find(DigestWords.of(digest));
    }
}
