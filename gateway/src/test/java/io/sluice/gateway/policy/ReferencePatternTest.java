package io.sluice.gateway.policy;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.sluice.oci.RepositoryName;
import io.sluice.oci.Tag;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReferencePatternTest {

    @ParameterizedTest
    @CsvSource({
        "*, library/alpine, latest",
        "*:latest, library/alpine, latest",
        "library/*:v*, library/team/app, v1.2",
        "library/alpine, library/alpine, 3.20",
        "library/alpine:3.*, library/alpine, 3.20",
        "*/*:*, library/alpine, 3.20",
        "**, a, b",
        "l*y/a*e:*.*, library/alpine, 3.20",
    })
    void aStarStandsForAnyCharacters(String pattern, String repository, String tag) {
        assertThat(ReferencePattern.parse(pattern).matches(new RepositoryName(repository), new Tag(tag)))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "*:latest, library/alpine, latest2",
        "library/*, libraryx/alpine, latest",
        "library/*, library, latest",
        "alpine, library/alpine, latest",
        "library/alpine:3.*, library/alpine, 3",
        "a*a, a, latest",
    })
    void everythingElseStandsForItself(String pattern, String repository, String tag) {
        assertThat(ReferencePattern.parse(pattern).matches(new RepositoryName(repository), new Tag(tag)))
                .isFalse();
    }

    @Test
    void aPatternOfTagsKnowsItsRepositories() {
        ReferencePattern pattern = ReferencePattern.parse("library/*:v*");
        assertThat(pattern.namesTags()).isTrue();
        assertThat(pattern.matchesRepository(new RepositoryName("library/alpine")))
                .isTrue();
        assertThat(pattern.matchesRepository(new RepositoryName("team/alpine"))).isFalse();
        assertThat(ReferencePattern.parse("library/*").namesTags()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", ":latest", "library/alpine:", "Library", "a b", "a:b:c", "a@sha256", "a:b/c", "a?", "ä"})
    void whatCanMatchNothingIsRefused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReferencePattern.parse(text))
                .withMessage("'" + text + "' is no pattern; expected " + ReferencePattern.EXPECTATION);
    }

    @Property
    void aPatternAgreesWithTheRegularExpressionThatItMeans(
            @ForAll @Chars({'a', 'b', '*'}) @StringLength(max = 8) String pattern,
            @ForAll @CharRange(from = 'a', to = 'b') @StringLength(max = 10) String text) {
        assertThat(new Glob(pattern).matches(text)).isEqualTo(text.matches(pattern.replace("*", ".*")));
    }

    @Test
    void noPatternTakesLong() {
        String text = "a".repeat(RepositoryName.MAX_LENGTH);
        Glob pattern = new Glob("a*".repeat(120) + "b");
        assertTimeoutPreemptively(
                ofSeconds(5), () -> assertThat(pattern.matches(text)).isFalse());
    }
}
