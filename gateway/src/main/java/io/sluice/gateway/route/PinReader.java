package io.sluice.gateway.route;

import io.sluice.cache.RepositoryKey;
import io.sluice.gateway.pull.Pins;
import io.sluice.oci.Digest;
import io.sluice.oci.MalformedRequestException;
import io.sluice.oci.RepositoryName;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/** Reads what is pinned: digests, and repositories by their route and what they are called there. */
final class PinReader {

    private static final String EXPECTATION =
            "a digest such as sha256:… or a route and a repository such as dockerhub/library/alpine";

    private final Set<String> routes;
    private final Consumer<Fault> faults;
    private final Set<Digest> digests = new HashSet<>();
    private final Set<RepositoryKey> repositories = new HashSet<>();

    /** @param routes the names of the routes that there are */
    PinReader(Set<String> routes, Consumer<Fault> faults) {
        this.routes = routes;
        this.faults = faults;
    }

    Pins read(Section cache) {
        cache.list("pinned").forEach(this::take);
        return new Pins(digests, repositories);
    }

    private void take(Entry entry) {
        try {
            if (entry.text().indexOf(':') >= 0) {
                digests.add(Digest.parse(entry.text()));
            } else {
                takeRepository(entry);
            }
        } catch (MalformedRequestException e) {
            faults.accept(entry.isNot(EXPECTATION));
        }
    }

    private void takeRepository(Entry entry) {
        int slash = entry.text().indexOf('/');
        if (slash < 0) {
            faults.accept(entry.isNot(EXPECTATION));
            return;
        }
        String route = entry.text().substring(0, slash);
        RepositoryName name = RepositoryName.parse(entry.text().substring(slash + 1));
        if (!routes.contains(route)) {
            faults.accept(
                    entry.problem("there is no route '" + route + "' to pin " + name + " of; expected " + EXPECTATION));
        }
        repositories.add(new RepositoryKey(route, name));
    }
}
