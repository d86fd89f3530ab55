package io.sluice.oci;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class OciErrorTest {

    @Test
    void theBodyIsThatOfTheSpecification() {
        assertThat(new OciError(OciError.Code.BLOB_UNKNOWN, "no such blob", "sha256:00").toJson())
                .isEqualTo(
                        "{\"errors\":[{\"code\":\"BLOB_UNKNOWN\",\"message\":\"no such blob\",\"detail\":\"sha256:00\"}]}");
    }

    @Test
    void noDetailIsNoMember() {
        assertThat(new OciError(OciError.Code.DENIED, "no", null).toJson())
                .isEqualTo("{\"errors\":[{\"code\":\"DENIED\",\"message\":\"no\"}]}");
    }

    @Test
    void whatJsonOrATerminalWouldReadAsSomethingElseIsEscaped() {
        assertThat(quoted("\"\\/\b\r\n\t\0\u007f\u001b[31mü\u2028\ud83d\ude00"))
                .isEqualTo(
                        "\\\"\\\\/\\u0008\\u000d\\u000a\\u0009\\u0000\\u007f\\u001b[31m\\u00fc\\u2028\\ud83d\\ude00");
    }

    @Test
    void aLongDetailIsCutBetweenCharacters() {
        assertThat(quoted("x".repeat(OciError.MAX_DETAIL_LENGTH))).doesNotContain("\\u2026");
        assertThat(quoted("x".repeat(OciError.MAX_DETAIL_LENGTH + 1)))
                .isEqualTo("x".repeat(OciError.MAX_DETAIL_LENGTH) + "\\u2026");
        assertThat(quoted("x".repeat(OciError.MAX_DETAIL_LENGTH - 1) + "\ud83d\ude00"))
                .isEqualTo("x".repeat(OciError.MAX_DETAIL_LENGTH - 1) + "\\u2026");
    }

    @Property
    void anyDetailGivesPrintableAsciiWithBalancedQuotes(@ForAll String detail) {
        String json = new OciError(OciError.Code.UNKNOWN, detail, detail).toJson();
        assertThat(json).matches("[ -~]*");
        assertThat(json.replaceAll("\\\\(u[0-9a-f]{4}|[\"\\\\])", "")
                        .chars()
                        .filter(c -> c == '"')
                        .count())
                .isEqualTo(14);
        assertThat(json.replaceAll("\\\\(u[0-9a-f]{4}|[\"\\\\])", "")).doesNotContain("\\");
    }

    private static String quoted(String detail) {
        String json = new OciError(OciError.Code.UNKNOWN, "", detail).toJson();
        String start = "{\"errors\":[{\"code\":\"UNKNOWN\",\"message\":\"\",\"detail\":\"";
        assertThat(json).startsWith(start).endsWith("\"}]}");
        return json.substring(start.length(), json.length() - "\"}]}".length());
    }
}
