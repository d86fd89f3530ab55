package io.sluice.gateway.pull;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class NextPageTest {

    @Test
    @DisplayName("T18: of an upstream's Link only the query is left")
    void onlyTheQueryIsLeft() {
        assertThat(NextPage.queryOf("<https://evil.example/other/path?n=2&last=b>; rel=\"next\""))
                .isEqualTo("n=2&last=b");
        assertThat(NextPage.queryOf("</v2/a/tags/list?last=b>;rel=next")).isEqualTo("last=b");
    }

    @Test
    void aRegistrysOwnParametersTravelAsOne() {
        assertThat(NextPage.queryOf("</v2/a/tags/list?next_page=x%3D&n=2>; rel=\"next\""))
                .isEqualTo("page=next_page%3Dx%253D%26n%3D2");
    }

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(
            strings = {
                "</v2/a/tags/list?n=2>; rel=\"prev\"",
                "</v2/a/tags/list>; rel=\"next\"",
                "<http://[bad?n=2>; rel=\"next\"",
                "</a?n=2\r\nX: y>; rel=\"next\"",
                "junk"
            })
    void whatLeadsNowhereIsDropped(@Nullable String link) {
        assertThat(NextPage.queryOf(link)).isNull();
    }
}
