package io.sluice.gateway.route;

import io.sluice.gateway.cluster.ClusterSecret;
import io.sluice.gateway.cluster.ClusterSettings;
import java.net.URI;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads how the replicas reach one another. */
final class ClusterReader {

    private static final String URL = "advertised-url";
    private static final String SECRET = "secret";

    private final boolean hasRedis;
    private final Consumer<Fault> faults;

    /** @param hasRedis whether the configuration names a Redis, where replicas find one another */
    ClusterReader(boolean hasRedis, Consumer<Fault> faults) {
        this.hasRedis = hasRedis;
        this.faults = faults;
    }

    ClusterSettings read(Section cluster) {
        int port = cluster.value("port", Syntax.PORT).orElse(ClusterSettings.DEFAULT.port());
        Optional<Entry> url = cluster.entry(URL);
        Optional<Entry> secret = cluster.entry(SECRET);
        url.ifPresent(written -> requireItsNeeds(written, secret.isPresent()));
        return new ClusterSettings(
                port,
                cluster.value("address", Syntax.ADDRESS).orElse(ClusterSettings.DEFAULT.address()),
                url(url),
                secret.flatMap(this::secret).orElse(null));
    }

    private @Nullable URI url(Optional<Entry> url) {
        return url.flatMap(written -> Syntax.ORIGIN.parse(written, faults)).orElse(null);
    }

    private void requireItsNeeds(Entry url, boolean hasSecret) {
        if (!hasRedis) {
            faults.accept(url.problem("given without sluice.redis.url; replicas find one another in Redis"));
        }
        if (!hasSecret) {
            faults.accept(url.problem("given without sluice.cluster.secret; expected one secret for all replicas"));
        }
    }

    /** The secret, of which no fault says more than its length. */
    private Optional<ClusterSecret> secret(Entry entry) {
        try {
            return Optional.of(new ClusterSecret(entry.text()));
        } catch (IllegalArgumentException e) {
            faults.accept(entry.problem(String.valueOf(e.getMessage())));
            return Optional.empty();
        }
    }
}
