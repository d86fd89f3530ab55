package io.sluice.gateway.policy;

import io.sluice.gateway.policy.Decision.Deny;
import io.sluice.gateway.policy.Decision.Reason;
import io.sluice.oci.Digest;
import io.sluice.oci.Digest.Algorithm;
import io.sluice.oci.RepositoryName;
import io.sluice.oci.Tag;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What may be pulled through one route: what a pattern of {@code allow} names, or everything where there is none, but for
 * what a pattern of {@code deny} names.
 *
 * <p>A tag is judged by its name. A digest has none, so that patterns with a tag judge it by the tags that lead to it
 * ({@link Digests}): knowing a digest must not get around them.
 *
 * @param allow what may be pulled; empty for everything
 * @param deny what may not, whatever allows it
 */
public record PullPolicy(List<ReferencePattern> allow, List<ReferencePattern> deny) {

    /** Everything may be pulled. */
    public static final PullPolicy EVERYTHING = new PullPolicy(List.of(), List.of());

    private static final int SCOPE_LENGTH = 16;

    /** Which digests of a repository, and so which blobs, may be pulled. */
    public enum Digests {
        /** All: no pattern tells its tags apart. */
        ALL,
        /** Those that an allowed tag has led to: only tags of it are allowed. */
        OF_ALLOWED_TAGS,
        /** All but those that none but denied tags are known to lead to. */
        NOT_OF_DENIED_TAGS_ALONE
    }

    public PullPolicy {
        allow = List.copyOf(allow);
        deny = List.copyOf(deny);
    }

    /** Whether nothing is forbidden. */
    public boolean isEverything() {
        return allow.isEmpty() && deny.isEmpty();
    }

    /** Whether there is a pattern that tells tags of one repository apart. */
    public boolean namesTags() {
        return allow.stream().anyMatch(ReferencePattern::namesTags)
                || deny.stream().anyMatch(ReferencePattern::namesTags);
    }

    /** Whether anything of a repository may be pulled. */
    public Decision of(RepositoryName name) {
        if (deny.stream().anyMatch(pattern -> isWhole(pattern, name))) {
            return new Deny(Reason.REPOSITORY_DENIED);
        }
        boolean allowed = allow.isEmpty() || allow.stream().anyMatch(pattern -> pattern.matchesRepository(name));
        return allowed ? Decision.ALLOW : new Deny(Reason.NOT_ALLOWED);
    }

    /** Whether a tag may be pulled. */
    public Decision of(RepositoryName name, Tag tag) {
        if (of(name) instanceof Deny deny) {
            return deny;
        }
        if (deny.stream().anyMatch(pattern -> pattern.matches(name, tag))) {
            return new Deny(Reason.TAG_DENIED);
        }
        boolean allowed = allow.isEmpty() || allow.stream().anyMatch(pattern -> pattern.matches(name, tag));
        return allowed ? Decision.ALLOW : new Deny(Reason.NOT_ALLOWED);
    }

    /** Which digests may be pulled of a repository of which anything may. */
    public Digests digestsOf(RepositoryName name) {
        boolean whole = allow.isEmpty() || allow.stream().anyMatch(pattern -> isWhole(pattern, name));
        if (!whole) {
            return Digests.OF_ALLOWED_TAGS;
        }
        boolean tagsDenied = deny.stream().anyMatch(pattern -> pattern.namesTags() && pattern.matchesRepository(name));
        return tagsDenied ? Digests.NOT_OF_DENIED_TAGS_ALONE : Digests.ALL;
    }

    private static boolean isWhole(ReferencePattern pattern, RepositoryName name) {
        return !pattern.namesTags() && pattern.matchesRepository(name);
    }

    /**
     * The name under which is kept what these patterns have let in of a route; other patterns have another, so that what
     * an earlier configuration let in is nothing to a later one.
     */
    public String scopeIn(String scope) {
        byte[] patterns = (allow + "\n" + deny).getBytes(StandardCharsets.UTF_8);
        return scope + "#let-in-"
                + Digest.hash(Algorithm.SHA256, patterns).hex().substring(0, SCOPE_LENGTH);
    }
}
