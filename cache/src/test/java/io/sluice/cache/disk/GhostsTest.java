package io.sluice.cache.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class GhostsTest {

    private static final int CAPACITY = 10_000;

    private final Ghosts ghosts = new Ghosts();

    @Test
    void nothingIsKnownAtFirst() {
        assertThat(ghosts.remove(0)).isFalse();
        assertThat(ghosts.remove(1)).isFalse();
    }

    @Test
    void whatLeftIsKnownOnce() {
        ghosts.add(0, CAPACITY);
        ghosts.add(-7, CAPACITY);

        assertThat(ghosts.remove(-7)).isTrue();
        assertThat(ghosts.remove(-7)).isFalse();
        assertThat(ghosts.remove(0)).isTrue();
        assertThat(ghosts.remove(0)).isFalse();
    }

    @Test
    void whatLeftLatelyIsKnownAndWhatLeftLongAgoIsNot() {
        int[] fingerprints = new Random(3).ints(10 * CAPACITY).toArray();
        for (int fingerprint : fingerprints) {
            ghosts.add(fingerprint, CAPACITY);
        }

        assertThat(known(fingerprints, 0, 8 * CAPACITY)).isLessThan(CAPACITY / 10);
        assertThat(known(fingerprints, 9 * CAPACITY + CAPACITY / 2, 10 * CAPACITY))
                .isGreaterThan(CAPACITY * 9 / 20);
    }

    private int known(int[] fingerprints, int from, int to) {
        int known = 0;
        for (int i = from; i < to; i++) {
            known += ghosts.remove(fingerprints[i]) ? 1 : 0;
        }
        return known;
    }
}
