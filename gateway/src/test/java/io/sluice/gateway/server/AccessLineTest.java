package io.sluice.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AccessLineTest {

    @Test
    @DisplayName("T19: a value cannot end its field, its line or its quotes")
    void valuesAreEscaped() {
        assertThat(line("/v2/a\r\nid=forged \"\\\u001b\u00e9", null))
                .contains(" path=/v2/a\\u000d\\u000aid\\u003dforged\\u0020\\u0022\\u005c\\u001b\\u00e9 ");
    }

    @Test
    @DisplayName("T19: a long path is cut off")
    void pathsAreTruncated() {
        assertThat(line("/v2/" + "a".repeat(600), null)).contains(" path=/v2/" + "a".repeat(508) + "... ");
    }

    @Test
    @DisplayName("T20: of a query only the namespace is told, and not one that may hold a credential")
    void onlyTheNamespaceIsTold() {
        assertThat(line("/v2/a", "token=secret&ns=docker.io&n=1")).contains(" path=/v2/a ns=docker.io ");
        assertThat(line("/v2/a", "token=secret")).contains(" ns=- ").doesNotContain("secret");
        assertThat(line("/v2/a", "ns=user:secret@docker.io")).doesNotContain("secret");
        assertThat(line("/v2/a", "ns=user:secret%40docker.io")).doesNotContain("secret");
        assertThat(line("/v2/a?token=secret", null)).contains(" path=/v2/a ").doesNotContain("secret");
    }

    @Test
    void aConnectionThatEndedBeforeItsAnswerHasNoStatus() {
        AccessLine line = new AccessLine("1", "GET", "/v2/a", null, new Transfer(0, 0, false), Optional.empty(), 7);
        assertThat(line)
                .hasToString("id=1 method=GET path=/v2/a ns=- status=- route=- repository=- outcome=- bytes=0 ms=7"
                        + " end=aborted");
    }

    private static String line(String path, @Nullable String query) {
        return new AccessLine(
                        "1",
                        "GET",
                        path,
                        AccessLine.namespaceIn(query),
                        new Transfer(200, 1, true),
                        Optional.empty(),
                        7)
                .toString();
    }
}
