package io.sluice.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChallengeParserTest {

    @Test
    void dockerHubsChallengeIsRead() {
        assertThat(parse("Bearer realm=\"https://auth.docker.io/token\",service=\"registry.docker.io\","
                        + "scope=\"repository:library/alpine:pull\""))
                .containsExactly(new Challenge(
                        "bearer",
                        Map.of(
                                "realm",
                                "https://auth.docker.io/token",
                                "service",
                                "registry.docker.io",
                                "scope",
                                "repository:library/alpine:pull")));
    }

    @Test
    void namesAreCaseInsensitiveAndSpacesAreAllowed() {
        assertThat(parse("BEARER  Realm = \"https://x/t\" ,\tSERVICE=s"))
                .containsExactly(new Challenge("bearer", Map.of("realm", "https://x/t", "service", "s")));
    }

    @Test
    void escapesInQuotedStringsAreUndone() {
        assertThat(parse("Basic realm=\"a \\\"quoted\\\" \\\\ realm, with = and comma\""))
                .containsExactly(new Challenge("basic", Map.of("realm", "a \"quoted\" \\ realm, with = and comma")));
    }

    @Test
    void severalChallengesOfOneLineAreToldApart() {
        assertThat(parse("Negotiate, Basic realm=\"b\", Bearer realm=\"https://x/t\", service=\"s\""))
                .containsExactly(
                        new Challenge("negotiate", Map.of()),
                        new Challenge("basic", Map.of("realm", "b")),
                        new Challenge("bearer", Map.of("realm", "https://x/t", "service", "s")));
    }

    @Test
    void severalLinesAreReadInOrder() {
        assertThat(parse("Basic realm=\"b\"", "Bearer realm=\"https://x/t\""))
                .extracting(Challenge::scheme)
                .containsExactly("basic", "bearer");
    }

    @Test
    void aRealmWithoutQuotesIsRead() {
        assertThat(parse("Bearer realm=https://x:5000/t?a,service=s"))
                .containsExactly(new Challenge("bearer", Map.of("realm", "https://x:5000/t?a", "service", "s")));
    }

    @Test
    void theFirstOfTwoParametersWithOneNameCounts() {
        assertThat(parse("Bearer realm=\"a\", realm=\"b\""))
                .containsExactly(new Challenge("bearer", Map.of("realm", "a")));
    }

    @Test
    void whatDoesNotFollowTheGrammarEndsTheReading() {
        assertThat(parse("Bearer realm=\"a\" (, Basic realm=\"b\""))
                .containsExactly(new Challenge("bearer", Map.of("realm", "a")));
        assertThat(parse("\"\"")).isEmpty();
        assertThat(parse(",,, ,")).isEmpty();
        assertThat(parse("")).isEmpty();
        assertThat(parse("Bearer realm=\"unterminated \\"))
                .containsExactly(new Challenge("bearer", Map.of("realm", "unterminated \\")));
    }

    @Test
    void linesBeyondTheLimitAreNotRead() {
        String first = "Basic realm=\"b\"";
        String tooLong = "Bearer realm=\"" + "x".repeat(ChallengeParser.MAX_LENGTH) + "\"";

        assertThat(parse(first, tooLong)).extracting(Challenge::scheme).containsExactly("basic");
    }

    private static List<Challenge> parse(String... lines) {
        return ChallengeParser.parse(List.of(lines));
    }
}
