package io.sluice.gateway.route;

import io.sluice.gateway.policy.PullPolicy;
import io.sluice.gateway.pull.TagPolicy;
import io.sluice.gateway.pull.Upstream;
import io.sluice.gateway.upstream.NotFoundSettings;
import io.sluice.gateway.upstream.RegistrySettings.Timeouts;
import io.sluice.gateway.upstream.TransportSettings;
import io.sluice.gateway.upstream.credential.CredentialSettings;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;

/** Reads the routes one after the other, and sees to it that no two of them claim the same requests. */
final class RouteReader {

    /** The key that no route can be without. */
    static final String UPSTREAM = "upstream";

    private final Map<String, String> owners = new HashMap<>();
    private final OwnAddress itself;
    private final Consumer<Fault> faults;

    /** @param itself where this gateway is, which is nobody's upstream */
    RouteReader(OwnAddress itself, Consumer<Fault> faults) {
        this.itself = itself;
        this.faults = faults;
    }

    /** Reads a route; what is wrong with it is among the faults, and without an upstream it is none. */
    Optional<RouteSettings> read(Section route) {
        String name = name(route);
        Optional<URI> upstream = upstream(route);
        Collection<Entry> paths = route.list("paths");
        Collection<Entry> namespaces = route.list("namespaces");
        boolean root = root(route, name);
        if (!root && paths.isEmpty() && namespaces.isEmpty()) {
            faults.accept(route.problem("nothing leads to this route; expected paths, namespaces or root: true"));
        }
        List<String> claimedPaths = claimed(paths, Syntax.PATH, name);
        List<String> claimedNamespaces = claimed(namespaces, Syntax.NAMESPACE, name);
        String defaultNamespace =
                route.value("default-namespace", Syntax.REPOSITORY).orElse(null);
        List<CredentialSettings> credentials = new CredentialReader(upstream, faults).read(route);
        boolean isPublic = isPublic(route, credentials);
        Set<URI> redirectHosts = redirectHosts(route);
        TagReader tagReader = new TagReader(faults);
        TagPolicy tags = tagReader.policy(route);
        NotFoundSettings notFound = tagReader.notFound(route);
        boolean offline = route.value("offline", Syntax.BOOLEAN).orElse(false);
        Timeouts timeouts = TimeoutsReader.read(route.section("timeouts"));
        TransportSettings transport = new TransportReader(upstream, faults).read(route);
        PullPolicy policy = new PolicyReader(faults).read(route);
        Duration listsFreshFor =
                route.section("lists").value("fresh-for", Syntax.DURATION).orElse(Upstream.LISTS_FRESH_FOR);
        return upstream.map(origin -> new RouteSettings(
                name,
                origin,
                claimedPaths,
                claimedNamespaces,
                root,
                defaultNamespace,
                credentials,
                isPublic,
                redirectHosts,
                tags,
                notFound,
                offline,
                timeouts,
                transport,
                policy,
                listsFreshFor));
    }

    private String name(Section route) {
        String name = route.name().getLastElement(Form.ORIGINAL);
        if (!name.matches("[a-z0-9]+")) {
            faults.accept(route.problem("'" + name + "' is not the name of a route: lower-case letters and digits"
                    + " only, so that environment variables can name it"));
        }
        return name;
    }

    private Optional<URI> upstream(Section route) {
        Optional<Entry> entry = route.entry(UPSTREAM);
        if (entry.isEmpty()) {
            faults.accept(route.problem("upstream is missing; expected " + Syntax.ORIGIN.expectation()));
        }
        return entry.flatMap(this::upstream);
    }

    private Optional<URI> upstream(Entry written) {
        Optional<URI> origin = Syntax.ORIGIN.parse(written, faults);
        origin.filter(itself::isAt)
                .ifPresent(own -> faults.accept(written.problem(
                        "'" + own + "' is where this gateway itself listens; expected the registry behind it")));
        return origin;
    }

    private boolean root(Section route, String name) {
        Optional<Entry> entry = route.entry("root");
        boolean root =
                entry.flatMap(written -> Syntax.BOOLEAN.parse(written, faults)).orElse(false);
        if (root) {
            entry.ifPresent(written -> claim("root: true", written, name));
        }
        return root;
    }

    private List<String> claimed(Collection<Entry> entries, Syntax<String> syntax, String route) {
        return entries.stream()
                .flatMap(entry -> syntax.parse(entry, faults).stream().map(value -> claim(value, entry, route)))
                .distinct()
                .toList();
    }

    /** Gives a route what leads to it, unless another has it; a path, a namespace and "root: true" never look alike. */
    private String claim(String way, Entry entry, String route) {
        String owner = owners.putIfAbsent(way, route);
        if (owner != null && !owner.equals(route)) {
            faults.accept(entry.problem("'" + way + "' leads to the route " + owner + " already; one route each"));
        }
        return way;
    }

    /** Whether the route is public, which it must be with credentials as long as clients are not authenticated (T10). */
    private boolean isPublic(Section route, List<CredentialSettings> credentials) {
        Optional<Entry> entry = route.entry("public");
        Optional<Boolean> value = entry.flatMap(written -> Syntax.BOOLEAN.parse(written, faults));
        boolean misspelt = entry.isPresent() && value.isEmpty();
        boolean isPublic = value.orElse(false);
        if (!credentials.isEmpty() && !isPublic && !misspelt) {
            faults.accept(new Fault(
                    route.key("public"),
                    entry.map(Entry::where).orElse(route.where("credentials")),
                    "the route has credentials, and clients are not authenticated yet: everyone who reaches the"
                            + " gateway could pull what this account may pull. Expected true if that is meant,"
                            + " or no credentials"));
        }
        return isPublic;
    }

    private Set<URI> redirectHosts(Section route) {
        return route.list("redirect-hosts").stream()
                .flatMap(entry -> Syntax.ORIGIN.parse(entry, faults).stream())
                .collect(Collectors.toUnmodifiableSet());
    }
}
