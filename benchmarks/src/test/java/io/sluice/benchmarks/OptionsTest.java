package io.sluice.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sluice.benchmarks.Options.CaseName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTest {

    @Test
    void withoutAnyItIsTheLongFormOfEverything() {
        Options options = Options.parse(List.of());

        assertThat(options.cases()).containsExactlyInAnyOrder(CaseName.values());
        assertThat(options.repeat()).isEqualTo(3);
        assertThat(options.clients()).isEqualTo(200);
        assertThat(options.blobSize()).isEqualTo(200_000_000);
        assertThat(options.readers()).isEqualTo(1000);
        assertThat(options.memorySize()).isEqualTo(10L << 30);
        assertThat(options.memoryTime()).isEqualTo(Duration.ofMinutes(5));
        assertThat(options.redisTime()).isEqualTo(Duration.ofSeconds(20));
    }

    @Test
    void quickIsShorterButForWhatIsNamedBesideIt() {
        Options options = Options.parse(List.of("--repeat", "2", "--quick", "--clients", "50"));

        assertThat(options.repeat()).isEqualTo(2);
        assertThat(options.clients()).isEqualTo(50);
        assertThat(options.memorySize()).isEqualTo(2L << 30);
        assertThat(options.memoryTime()).isEqualTo(Duration.ofSeconds(30));
        assertThat(options.redisTime()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void onlyTheLongFormOfEverythingIsWrittenToTheDocument() {
        Path document = Path.of("docs/benchmarks.md");

        assertThat(Options.parse(List.of()).results()).isEqualTo(document);
        assertThat(Options.parse(List.of("--repeat", "1")).results()).isEqualTo(document);
        assertThat(Options.parse(List.of("--quick")).results()).isNotEqualTo(document);
        assertThat(Options.parse(List.of("--only", "hits")).results()).isNotEqualTo(document);
        assertThat(Options.parse(List.of("--quick", "--results", "a.md")).results())
                .isEqualTo(Path.of("a.md"));
    }

    @Test
    void casesAreNamedWithCommasBetweenThem() {
        assertThat(Options.parse(List.of("--only", "cold-many,hits")).cases())
                .containsExactly(CaseName.COLD_MANY, CaseName.HITS);
    }

    @Test
    void theDiskIsAskedForWhatTheCasesKeep() {
        assertThat(Options.parse(List.of("--only", "memory")).diskNeeded()).isEqualTo(10L << 30);
        assertThat(Options.parse(List.of("--only", "cold-one")).diskNeeded()).isEqualTo(3L * 4 * 200_000_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--slow", "--repeat", "--repeat 0", "--repeat some", "--only cold"})
    void whatMakesNoSenseIsRefused(String words) {
        assertThatIllegalArgumentException().isThrownBy(() -> Options.parse(List.of(words.split(" "))));
    }
}
