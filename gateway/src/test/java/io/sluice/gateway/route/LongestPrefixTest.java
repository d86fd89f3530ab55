package io.sluice.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.oci.RepositoryName;
import io.sluice.oci.RequestedRepository;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The table against the plain definition of the longest prefix, over few letters so that prefixes often overlap. */
class LongestPrefixTest {

    @Property
    void aNameUnderAPrefixAlwaysGoesToTheLongestPrefix(
            @ForAll("paths") Set<String> paths, @ForAll("components") String name) {
        RouteTable table = new RouteTable(onePerPath(paths));

        RequestedRepository requested = new RequestedRepository("", RepositoryName.parse(name), null);
        Optional<RouteSettings> found = table.find(requested);

        Optional<String> longest = paths.stream()
                .filter(path -> ("/" + name + "/").startsWith(path + "/"))
                .max(Comparator.comparingInt(String::length))
                .filter(path -> !path.equals("/" + name));
        assertThat(found.map(route -> route.paths().getFirst())).isEqualTo(longest);
        longest.ifPresent(path -> assertThat(found)
                .hasValueSatisfying(
                        route -> assertThat(path + "/" + route.rewrite().apply(requested))
                                .isEqualTo("/" + name)));
    }

    @Provide
    Arbitrary<String> components() {
        return Arbitraries.of("a", "b", "ab")
                .list()
                .ofMinSize(1)
                .ofMaxSize(5)
                .map(components -> String.join("/", components));
    }

    @Provide
    Arbitrary<Set<String>> paths() {
        return components().map(path -> "/" + path).set().ofMinSize(1).ofMaxSize(6);
    }

    private static List<RouteSettings> onePerPath(Set<String> paths) {
        List<RouteSettings> routes = new ArrayList<>();
        for (String path : paths) {
            routes.add(new PlainRoute(
                            "route" + routes.size(), "https://registry.example", List.of(path), List.of(), false, null)
                    .anonymous());
        }
        return routes;
    }
}
