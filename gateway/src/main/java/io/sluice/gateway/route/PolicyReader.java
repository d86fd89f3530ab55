package io.sluice.gateway.route;

import io.sluice.gateway.policy.PullPolicy;
import io.sluice.gateway.policy.ReferencePattern;
import java.util.List;
import java.util.function.Consumer;

/** Reads what may be pulled through a route: the patterns of {@code allow} and of {@code deny}. */
final class PolicyReader {

    private static final Syntax<ReferencePattern> PATTERN =
            new Syntax<>("a pattern: " + ReferencePattern.EXPECTATION, ReferencePattern::parse);

    private final Consumer<Fault> faults;

    PolicyReader(Consumer<Fault> faults) {
        this.faults = faults;
    }

    PullPolicy read(Section route) {
        return new PullPolicy(patterns(route, "allow"), patterns(route, "deny"));
    }

    private List<ReferencePattern> patterns(Section route, String key) {
        return route.list(key).stream()
                .flatMap(entry -> PATTERN.parse(entry, faults).stream())
                .distinct()
                .toList();
    }
}
