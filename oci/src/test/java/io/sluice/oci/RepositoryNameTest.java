package io.sluice.oci;

import static io.sluice.oci.Malformed.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RepositoryNameTest {

    /** As the specification has it, Pulling manifests; the length is our limit, and distribution's. */
    private static final Pattern SPECIFIED =
            Pattern.compile("[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(\\/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*");

    @Property(tries = 20_000)
    void namesAreExactlyThoseOfTheSpecification(
            @ForAll @StringLength(max = 12) @Chars({'a', '0', '.', '_', '-', '/'}) String text) {
        assertThat(RepositoryName.isValid(text)).isEqualTo(isSpecified(text));
    }

    @Property
    void whatTheSpecificationGeneratesIsAName(@ForAll("specified") String text) {
        assertThat(isSpecified(text)).isTrue();
        assertThat(RepositoryName.parse(text).text()).isEqualTo(text);
    }

    @Property
    void anyOtherCharacterMakesItAnotherThing(@ForAll("specified") String text, @ForAll char c) {
        String changed = text + c + "a";
        assertThat(RepositoryName.isValid(changed)).isEqualTo(isSpecified(changed));
    }

    @Test
    @DisplayName("C14: what is not a name is NAME_INVALID")
    void whatIsNotANameIsRefused() {
        List<String> refused = List.of(
                "",
                "/",
                "a/",
                "/a",
                "a//b",
                ".",
                "..",
                "a/..",
                "../a",
                "a/./b",
                "A",
                "aB",
                "a..b",
                "a.",
                ".a",
                "_a",
                "a_",
                "a___b",
                "-a",
                "a-",
                "a._b",
                "a b",
                "a\0b",
                "a\\b",
                "ä",
                "а",
                "%2e%2e",
                "a:b",
                "a@b",
                "_catalog",
                "a".repeat(256),
                "a/".repeat(150) + "a");
        for (String text : refused) {
            assertRefused(OciError.Code.NAME_INVALID, text, () -> RepositoryName.parse(text));
        }
    }

    @Test
    void aNameMayBeAsLongAsTheLimit() {
        assertThat(RepositoryName.isValid("a".repeat(RepositoryName.MAX_LENGTH)))
                .isTrue();
        assertThat(RepositoryName.isValid("a/".repeat(127) + "a")).isTrue();
    }

    @Provide
    Arbitrary<String> specified() {
        Arbitrary<String> word =
                Arbitraries.strings().withChars("az09").ofMinLength(1).ofMaxLength(4);
        Arbitrary<String> separator = Arbitraries.of(".", "_", "__", "-", "---", "/");
        return word.flatMap(first -> separator
                .flatMap(mark -> word.map(next -> mark + next))
                .list()
                .ofMaxSize(10)
                .map(rest -> first + String.join("", rest)));
    }

    private static boolean isSpecified(String text) {
        return text.length() <= RepositoryName.MAX_LENGTH
                && SPECIFIED.matcher(text).matches();
    }
}
