package io.sluice.gateway.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.policy.Decision.Deny;
import io.sluice.gateway.policy.Decision.Reason;
import io.sluice.gateway.policy.PullPolicy.Digests;
import io.sluice.oci.RepositoryName;
import io.sluice.oci.Tag;
import java.util.List;
import org.junit.jupiter.api.Test;

class PullPolicyTest {

    private static final RepositoryName ALPINE = RepositoryName.parse("library/alpine");
    private static final RepositoryName TOOL = RepositoryName.parse("team/tool");
    private static final Tag LATEST = new Tag("latest");
    private static final Tag V1 = new Tag("v1.0");

    @Test
    void withoutPatternsEverythingMayBePulled() {
        PullPolicy policy = PullPolicy.EVERYTHING;

        assertThat(policy.isEverything()).isTrue();
        assertThat(policy.of(ALPINE)).isEqualTo(Decision.ALLOW);
        assertThat(policy.of(ALPINE, LATEST)).isEqualTo(Decision.ALLOW);
        assertThat(policy.digestsOf(ALPINE)).isEqualTo(Digests.ALL);
    }

    @Test
    void whatNothingAllowsIsDeniedWhereAnythingIsAllowed() {
        PullPolicy policy = policy(List.of("library/*"), List.of());

        assertThat(policy.of(ALPINE)).isEqualTo(Decision.ALLOW);
        assertThat(policy.of(ALPINE, LATEST)).isEqualTo(Decision.ALLOW);
        assertThat(policy.of(TOOL)).isEqualTo(new Deny(Reason.NOT_ALLOWED));
        assertThat(policy.of(TOOL, LATEST)).isEqualTo(new Deny(Reason.NOT_ALLOWED));
    }

    @Test
    void denyWinsOverAllow() {
        PullPolicy policy = policy(List.of("library/*"), List.of("library/al*"));

        assertThat(policy.of(ALPINE)).isEqualTo(new Deny(Reason.REPOSITORY_DENIED));
        assertThat(policy.of(ALPINE, LATEST)).isEqualTo(new Deny(Reason.REPOSITORY_DENIED));
        assertThat(policy.of(RepositoryName.parse("library/busybox"))).isEqualTo(Decision.ALLOW);
    }

    @Test
    void aTagIsJudgedByItsName() {
        PullPolicy policy = policy(List.of("library/*", "team/tool:v1.*"), List.of("*:latest"));

        assertThat(policy.of(ALPINE, V1)).isEqualTo(Decision.ALLOW);
        assertThat(policy.of(ALPINE, LATEST)).isEqualTo(new Deny(Reason.TAG_DENIED));
        assertThat(policy.of(TOOL, V1)).isEqualTo(Decision.ALLOW);
        assertThat(policy.of(TOOL, new Tag("v2.0"))).isEqualTo(new Deny(Reason.NOT_ALLOWED));
    }

    @Test
    void patternsWithATagJudgeDigestsByTheTagsThatLeadToThem() {
        assertThat(policy(List.of("library/*"), List.of()).digestsOf(ALPINE)).isEqualTo(Digests.ALL);
        assertThat(policy(List.of(), List.of("team/*:latest")).digestsOf(ALPINE))
                .as("patterns about other repositories")
                .isEqualTo(Digests.ALL);
        assertThat(policy(List.of("*:v1.*"), List.of()).digestsOf(ALPINE)).isEqualTo(Digests.OF_ALLOWED_TAGS);
        assertThat(policy(List.of("*:v1.*", "library/*"), List.of()).digestsOf(ALPINE))
                .as("allowed as a whole besides")
                .isEqualTo(Digests.ALL);
        assertThat(policy(List.of(), List.of("*:latest")).digestsOf(ALPINE))
                .isEqualTo(Digests.NOT_OF_DENIED_TAGS_ALONE);
        assertThat(policy(List.of("*:v1.*"), List.of("*:latest")).digestsOf(ALPINE))
                .as("the stricter of two rules")
                .isEqualTo(Digests.OF_ALLOWED_TAGS);
    }

    @Test
    void otherPatternsBeginAnew() {
        String scope = policy(List.of("a"), List.of("b")).scopeIn("hub");

        assertThat(scope)
                .startsWith("hub#let-in-")
                .isEqualTo(policy(List.of("a"), List.of("b")).scopeIn("hub"))
                .isNotEqualTo(policy(List.of("a"), List.of("c")).scopeIn("hub"))
                .isNotEqualTo(policy(List.of("b"), List.of("a")).scopeIn("hub"));
    }

    private static PullPolicy policy(List<String> allow, List<String> deny) {
        return new PullPolicy(patterns(allow), patterns(deny));
    }

    private static List<ReferencePattern> patterns(List<String> texts) {
        return texts.stream().map(ReferencePattern::parse).toList();
    }
}
