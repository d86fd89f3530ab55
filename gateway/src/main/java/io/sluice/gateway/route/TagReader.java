package io.sluice.gateway.route;

import io.sluice.gateway.policy.ReferencePattern;
import io.sluice.gateway.pull.StaleReason;
import io.sluice.gateway.pull.TagFreshness;
import io.sluice.gateway.pull.TagPolicy;
import io.sluice.gateway.pull.TagRule;
import io.sluice.gateway.upstream.NotFoundSettings;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Reads how long what an upstream said is believed: of tags, and of what it does not have. */
final class TagReader {

    private static final String FRESH_FOR = "fresh-for";
    private static final String STALE_FOR = "stale-for";
    private static final String STALE_WHILE_REVALIDATE = "stale-while-revalidate";
    private static final String MATCH = "match";
    private static final String IMMUTABLE = "immutable";
    private static final String NOT_FOUND_FOR = "not-found-for";

    private static final Syntax<StaleReason> STALE_REASON = new Syntax<>(
            "one of " + StaleReason.labels(),
            text -> StaleReason.of(text).orElseThrow(() -> new IllegalArgumentException("no such reason")));

    private static final Syntax<ReferencePattern> PATTERN =
            new Syntax<>("a pattern " + ReferencePattern.EXPECTATION, ReferencePattern::parse);

    private final Consumer<Fault> faults;

    TagReader(Consumer<Fault> faults) {
        this.faults = faults;
    }

    /** How long the tags of a route are believed: its sections {@code tags} and {@code rules}. */
    TagPolicy policy(Section route) {
        Section tags = route.section("tags");
        TagFreshness normal = TagPolicy.DEFAULT.freshness();
        TagFreshness freshness = new TagFreshness(
                tags.value(FRESH_FOR, Syntax.DURATION).orElse(normal.freshFor()),
                tags.value(STALE_FOR, Syntax.DURATION).orElse(normal.staleFor()),
                tags.value(STALE_WHILE_REVALIDATE, Syntax.DURATION).orElse(normal.staleWhileRevalidate()));
        Duration answerWithin = tags.value("answer-within", Syntax.DURATION).orElse(TagPolicy.DEFAULT.answerWithin());
        boolean stretched = tags.value("stretch", Syntax.BOOLEAN).orElse(TagPolicy.DEFAULT.stretched());
        return new TagPolicy(freshness, rules(route, freshness), staleOn(tags), answerWithin, stretched);
    }

    /** An empty list is as good as none, so the word {@code never} says that nothing may stand in. */
    private Set<StaleReason> staleOn(Section tags) {
        Collection<Entry> entries = tags.list("stale-on");
        if (entries.isEmpty()) {
            return TagPolicy.DEFAULT.staleOn();
        }
        if (entries.size() == 1 && entries.iterator().next().text().equals("never")) {
            return Set.of();
        }
        return entries.stream()
                .flatMap(entry -> STALE_REASON.parse(entry, faults).stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The rules in their order; what one of them does not say is as the route has it. */
    private List<TagRule> rules(Section route, TagFreshness otherwise) {
        List<String> fields = List.of(MATCH, FRESH_FOR, STALE_FOR, STALE_WHILE_REVALIDATE, IMMUTABLE);
        return route.records("rules", fields).stream()
                .flatMap(rule -> rule(rule, otherwise).stream())
                .toList();
    }

    private Optional<TagRule> rule(Map<String, Entry> rule, TagFreshness otherwise) {
        Entry match = rule.get(MATCH);
        if (match == null) {
            rule.values().stream()
                    .findFirst()
                    .ifPresent(some -> faults.accept(
                            some.problem("a rule without match; expected a pattern " + ReferencePattern.EXPECTATION)));
            return Optional.empty();
        }
        TagFreshness freshness = freshness(rule, otherwise);
        return PATTERN.parse(match, faults).map(pattern -> new TagRule(pattern, freshness));
    }

    private TagFreshness freshness(Map<String, Entry> rule, TagFreshness otherwise) {
        Duration freshFor = duration(rule, FRESH_FOR).orElse(otherwise.freshFor());
        Duration staleFor = duration(rule, STALE_FOR).orElse(otherwise.staleFor());
        Duration meanwhile = duration(rule, STALE_WHILE_REVALIDATE).orElse(otherwise.staleWhileRevalidate());
        return isImmutable(rule) ? TagFreshness.immutable() : new TagFreshness(freshFor, staleFor, meanwhile);
    }

    private Optional<Duration> duration(Map<String, Entry> rule, String key) {
        return Optional.ofNullable(rule.get(key)).flatMap(entry -> Syntax.DURATION.parse(entry, faults));
    }

    private boolean isImmutable(Map<String, Entry> rule) {
        Entry entry = rule.get(IMMUTABLE);
        if (entry == null || !Syntax.BOOLEAN.parse(entry, faults).orElse(false)) {
            return false;
        }
        if (rule.size() > 2) {
            faults.accept(
                    entry.problem("an immutable tag is fresh for ever; expected no duration beside immutable: true"));
        }
        return true;
    }

    /** How long it is remembered what the upstream of a route does not have. */
    NotFoundSettings notFound(Section route) {
        Duration rememberFor =
                route.value(NOT_FOUND_FOR, Syntax.DURATION).orElse(NotFoundSettings.DEFAULT.rememberFor());
        Duration signaturesFor = route.value("signature-not-found-for", Syntax.DURATION)
                .orElse(NotFoundSettings.DEFAULT.signaturesFor());
        if (rememberFor.compareTo(NotFoundSettings.LONGEST) > 0) {
            faults.accept(new Fault(
                    route.key(NOT_FOUND_FOR),
                    route.where(NOT_FOUND_FOR),
                    "'" + rememberFor.toSeconds() + "s' is too long: what is pushed now is pulled soon. Expected "
                            + NotFoundSettings.LONGEST.toSeconds() + "s at most"));
        }
        return new NotFoundSettings(rememberFor, signaturesFor);
    }
}
