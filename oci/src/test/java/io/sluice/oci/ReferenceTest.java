package io.sluice.oci;

import static io.sluice.oci.Malformed.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ReferenceTest {

    /** As the specification has it, Pulling manifests. */
    private static final Pattern SPECIFIED_TAG = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}");

    @Property(tries = 5_000)
    void tagsAreExactlyThoseOfTheSpecification(
            @ForAll @StringLength(max = 130) @Chars({'a', 'Z', '0', '_', '.', '-', '/', '~', '%', 'é'}) String text) {
        assertThat(isTag(text)).isEqualTo(SPECIFIED_TAG.matcher(text).matches());
    }

    @Property(tries = 5_000)
    void longTagsAreExactlyThoseOfTheSpecification(
            @ForAll @StringLength(min = 120, max = 135) @Chars({'a', 'Z', '0', '_', '.', '-'}) String text) {
        assertThat(isTag(text)).isEqualTo(SPECIFIED_TAG.matcher(text).matches());
    }

    @Test
    @DisplayName("C13: what has a colon, encoded or not, was meant as a digest")
    void aColonMakesADigest() {
        assertRefused(OciError.Code.DIGEST_INVALID, "plain", () -> Reference.parse("latest:1"));
        assertRefused(OciError.Code.DIGEST_INVALID, "encoded", () -> Reference.parse("sha256%3Aaa"));
        assertRefused(OciError.Code.DIGEST_INVALID, "encoded", () -> Reference.parse("sha256%3aaa"));
        assertRefused(OciError.Code.NAME_INVALID, "a tag", () -> Reference.parse("latest%2f"));
    }

    @Test
    void aTagThatLooksLikeTheHexOfADigestIsATag() {
        String hex = "a".repeat(64);
        assertThat(Reference.parse(hex)).isEqualTo(new Tag(hex));
        assertThat(Reference.parse("sha256-" + hex)).isEqualTo(new Tag("sha256-" + hex));
        assertThat(Reference.parse("sha256:" + hex)).isEqualTo(Digest.parse("sha256:" + hex));
    }

    private static boolean isTag(String text) {
        try {
            return Tag.parse(text).text().equals(text);
        } catch (MalformedRequestException e) {
            assertThat(e.error().code()).isEqualTo(OciError.Code.NAME_INVALID);
            return false;
        }
    }
}
