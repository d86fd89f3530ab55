package io.sluice.gateway.route;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How one configuration differs from another.
 *
 * @param added the names of routes
 * @param changed likewise
 * @param removed likewise
 * @param atTheNextStart the keys of what cannot change while the gateway runs, and sections of such keys
 */
record ConfigurationChange(
        Collection<String> added,
        Collection<String> changed,
        Collection<String> removed,
        Collection<String> atTheNextStart) {

    /** The difference. */
    static ConfigurationChange between(Reading.Valid before, Reading.Valid after) {
        Map<String, RouteSettings> old = byName(before.configuration());
        Map<String, RouteSettings> now = byName(after.configuration());
        return new ConfigurationChange(
                names(now, name -> !old.containsKey(name)),
                names(now, name -> old.containsKey(name) && !Objects.equals(now.get(name), old.get(name))),
                names(old, name -> !now.containsKey(name)),
                atTheNextStart(before, after));
    }

    private static Map<String, RouteSettings> byName(SluiceConfiguration configuration) {
        return configuration.routes().stream().collect(Collectors.toMap(RouteSettings::name, Function.identity()));
    }

    private static List<String> names(Map<String, RouteSettings> routes, Function<String, Boolean> which) {
        return routes.keySet().stream().filter(which::apply).sorted().toList();
    }

    private static Collection<String> atTheNextStart(Reading.Valid before, Reading.Valid after) {
        SluiceConfiguration old = before.configuration();
        SluiceConfiguration now = after.configuration();
        Set<String> keys = new TreeSet<>();
        note(
                keys,
                "sluice.cache.directory",
                old.cache().directory(),
                now.cache().directory());
        note(keys, "sluice.cache.max-size", old.cache().maxSize(), now.cache().maxSize());
        note(keys, "sluice.redis", old.redis(), now.redis());
        note(keys, "sluice.admin", old.admin(), now.admin());
        note(keys, "sluice.cluster", old.cluster(), now.cluster());
        Stream.concat(before.springs().keySet().stream(), after.springs().keySet().stream())
                .forEach(key -> note(
                        keys, key, before.springs().get(key), after.springs().get(key)));
        return keys;
    }

    private static void note(Set<String> keys, String key, @Nullable Object old, @Nullable Object now) {
        if (!Objects.equals(old, now)) {
            keys.add(key);
        }
    }

    /** The routes in words. */
    String ofRoutes() {
        if (added.isEmpty() && changed.isEmpty() && removed.isEmpty()) {
            return "the routes are the same";
        }
        return "routes added " + added + ", changed " + changed + ", removed " + removed;
    }
}
