package io.sluice.gateway.pull;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.error.InvalidContentException;
import io.sluice.gateway.error.PullException;
import io.sluice.gateway.error.UpstreamCredentialsException;
import io.sluice.gateway.error.UpstreamOfflineException;
import io.sluice.gateway.error.UpstreamTimeoutException;
import io.sluice.gateway.error.UpstreamUnreachableException;
import io.sluice.gateway.error.UpstreamUnreachableException.Reason;
import io.sluice.gateway.policy.ReferencePattern;
import io.sluice.oci.RepositoryName;
import io.sluice.oci.Tag;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TagPolicyTest {

    private static final TagFreshness MINUTE = fresh(Duration.ofMinutes(1));
    private static final TagFreshness HOUR = fresh(Duration.ofHours(1));

    @Test
    void theFirstRuleThatATagMatchesHoldsForIt() {
        TagPolicy policy = new TagPolicy(
                MINUTE,
                List.of(rule("team/*:v*", TagFreshness.immutable()), rule("*:v*", HOUR)),
                StaleReason.DEFAULT,
                Duration.ofSeconds(5),
                true);

        assertThat(policy.freshness(new RepositoryName("team/app"), new Tag("v1")))
                .isEqualTo(TagFreshness.immutable());
        assertThat(policy.freshness(new RepositoryName("library/app"), new Tag("v1")))
                .isEqualTo(HOUR);
        assertThat(policy.freshness(new RepositoryName("team/app"), new Tag("latest")))
                .isEqualTo(MINUTE);
    }

    @ParameterizedTest
    @CsvSource({"500, true", "503, true", "429, true", "408, true", "404, false", "403, false", "401, false"})
    @DisplayName("U19 U20 U22 U23: an older answer stands in for 408, 429 and 5xx, and by itself for no registry's no")
    void anOlderAnswerStandsInForWhatIsNoAnswer(int status, boolean standsIn) {
        assertThat(TagPolicy.of(MINUTE).mayStandIn(FakeRegistry.status(status))).isEqualTo(standsIn);
    }

    @ParameterizedTest
    @EnumSource(Reason.class)
    @DisplayName("U01 U02 U03 U04: an older answer stands in where there is no connection")
    void anOlderAnswerStandsInWhereThereIsNoConnection(Reason reason) {
        assertThat(TagPolicy.of(MINUTE)
                        .mayStandIn(new UpstreamUnreachableException("registry.test", reason, new IOException("no"))))
                .isTrue();
    }

    @ParameterizedTest
    @EnumSource(StaleReason.class)
    void eachReasonIsSwitchedByItself(StaleReason reason) {
        PullException failure = failureOf(reason);

        assertThat(with(Set.of(reason)).mayStandIn(failure)).isTrue();
        Set<StaleReason> others = new HashSet<>(Set.of(StaleReason.values()));
        others.remove(reason);
        assertThat(with(others).mayStandIn(failure)).isFalse();
    }

    private static PullException failureOf(StaleReason reason) {
        return switch (reason) {
            case TIMEOUT -> new UpstreamTimeoutException("registry.test", "the first header", Duration.ofSeconds(1));
            case UNREACHABLE ->
                new UpstreamUnreachableException("registry.test", Reason.REFUSED, new IOException("refused"));
            case SERVER_ERROR -> FakeRegistry.status(502);
            case TOO_MANY_REQUESTS -> FakeRegistry.status(429);
            case CREDENTIALS -> new UpstreamCredentialsException("rejected");
            case NOT_FOUND -> FakeRegistry.status(404);
        };
    }

    @Test
    void nothingStandsInForContentThatIsWrongAndEverythingHeldIsServedOffline() {
        TagPolicy never = with(Set.of());

        assertThat(TagPolicy.of(MINUTE).mayStandIn(new InvalidContentException("wrong digest")))
                .isFalse();
        assertThat(never.mayStandIn(new UpstreamOfflineException("hub"))).isTrue();
    }

    private static TagPolicy with(Set<StaleReason> reasons) {
        return new TagPolicy(MINUTE, List.of(), reasons, Duration.ofSeconds(5), true);
    }

    private static TagRule rule(String pattern, TagFreshness freshness) {
        return new TagRule(ReferencePattern.parse(pattern), freshness);
    }

    private static TagFreshness fresh(Duration freshFor) {
        return new TagFreshness(freshFor, Duration.ofHours(24));
    }
}
