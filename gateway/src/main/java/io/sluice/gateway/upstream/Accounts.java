package io.sluice.gateway.upstream;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * The accounts of a route at its registry, in the order of the configuration. They are used as their budgets fall.
 *
 * @param all at least one
 */
record Accounts(List<Account> all) {

    Accounts {
        all = List.copyOf(all);
    }

    /**
     * The account with most left, the first of those that have the same; one of which nothing is known has everything.
     * Empty when every one is to wait.
     *
     * @param passed not these
     */
    Optional<Account> best(Set<Account> passed) {
        return all.stream()
                .filter(account -> account.isFree() && !passed.contains(account))
                .max(Comparator.comparingLong(Account::remaining));
    }

    /** How long until the first of them may ask again. */
    Duration toWait() {
        return all.stream().map(Account::toWait).min(Comparator.naturalOrder()).orElse(Duration.ZERO);
    }

    /** The share that is left for the account that would be used next. */
    OptionalDouble budgetLeft() {
        return best(Set.of()).map(Account::budgetLeft).orElse(OptionalDouble.of(0));
    }
}
