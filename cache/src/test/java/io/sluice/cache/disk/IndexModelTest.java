package io.sluice.cache.disk;

import static io.sluice.cache.manifest.Samples.digest;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cache.disk.BlobIndex.Entry;
import io.sluice.oci.Digest;
import java.time.Clock;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.jspecify.annotations.Nullable;

/** The index against a map and a set, which know nothing of an order; over few digests, so that they come again. */
class IndexModelTest {

    enum Verb {
        ADD,
        USE,
        REMOVE,
        EVICT,
        PIN,
        RESTART
    }

    record Step(Verb verb, Digest digest, long size) {}

    @Property(tries = 500)
    void theIndexHasWhatAMapWouldHave(@ForAll("steps") List<Step> steps) {
        Model model = new Model();
        steps.forEach(model::make);
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Verb> verbs = Arbitraries.frequencyOf(
                Tuple.of(8, Arbitraries.just(Verb.ADD)),
                Tuple.of(4, Arbitraries.just(Verb.USE)),
                Tuple.of(2, Arbitraries.just(Verb.REMOVE)),
                Tuple.of(5, Arbitraries.just(Verb.EVICT)),
                Tuple.of(1, Arbitraries.of(Verb.PIN, Verb.RESTART)));
        Arbitrary<Digest> digests = Arbitraries.integers().between(1, 25).map(i -> digest(i));
        Arbitrary<Long> sizes = Arbitraries.longs().between(0, 1L << 40);
        return Combinators.combine(verbs, digests, sizes).as(Step::new).list().ofMaxSize(300);
    }

    /** Makes each step with both, and compares. */
    private static final class Model {

        private final MemoryCatalog catalog = new MemoryCatalog();
        private final Map<Digest, Long> sizes = new HashMap<>();
        private final Set<Digest> pinned = new HashSet<>();
        private BlobIndex index = S3FifoIndex.load(catalog, Clock.systemUTC());
        private @Nullable Digest newest;

        void make(Step step) {
            switch (step.verb()) {
                case ADD -> add(step.digest(), step.size());
                case USE -> index.use(step.digest());
                case REMOVE -> remove(step.digest());
                case EVICT -> evict();
                case PIN -> pin(step.digest());
                case RESTART -> restart();
            }
            assertThat(index.count()).isEqualTo(sizes.size());
            assertThat(index.bytes())
                    .isEqualTo(
                            sizes.values().stream().mapToLong(Long::longValue).sum());
            assertThat(index.size(step.digest())).isEqualTo(sizes.getOrDefault(step.digest(), -1L));
            assertThat(Walk.over(index)).containsExactlyInAnyOrderElementsOf(entries());
            assertThat(catalog.entries().keySet()).isEqualTo(sizes.keySet());
        }

        private List<Entry> entries() {
            return sizes.entrySet().stream()
                    .map(entry -> new Entry(entry.getKey(), entry.getValue()))
                    .toList();
        }

        private void add(Digest digest, long size) {
            boolean isNew = sizes.putIfAbsent(digest, size) == null;
            assertThat(index.add(digest, size, true)).isEqualTo(isNew);
            newest = isNew ? digest : newest;
        }

        private void remove(Digest digest) {
            assertThat(index.remove(digest)).isEqualTo(Objects.requireNonNullElse(sizes.remove(digest), -1L));
        }

        private void evict() {
            Set<Digest> evictable = new HashSet<>(sizes.keySet());
            evictable.removeAll(pinned);
            if (evictable.size() > 1 && newest != null) {
                evictable.remove(newest);
            }
            Entry evicted = index.evict();
            if (evictable.isEmpty()) {
                assertThat(evicted).isNull();
            } else {
                assertThat(evicted).isNotNull();
                assertThat(evictable).contains(evicted.digest());
                assertThat(sizes.remove(evicted.digest())).isEqualTo(evicted.size());
            }
        }

        private void pin(Digest digest) {
            index.pin(digest);
            pinned.add(digest);
        }

        private void restart() {
            index = S3FifoIndex.load(catalog, Clock.systemUTC());
            pinned.forEach(index::pin);
            newest = null;
        }
    }
}
