package io.sluice.gateway.route;

import io.sluice.cache.redis.RedisUrl;
import io.sluice.gateway.cluster.ClusterSettings;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.core.env.ConfigurableEnvironment;

/** Reads everything under {@code sluice.}, and gathers every fault before it complains. */
final class ConfigurationReader {

    private static final String ROOT = "sluice";
    private static final String VARIABLE_PREFIX = "SLUICE_";

    private final ConfigurableEnvironment environment;
    private final ConfigurationText text;

    private ConfigurationReader(ConfigurableEnvironment environment) {
        this.environment = environment;
        this.text = new ConfigurationText(environment);
    }

    /**
     * Reads the configuration.
     *
     * @throws ConfigurationFaultsException with all the faults
     */
    static SluiceConfiguration read(ConfigurableEnvironment environment) {
        return new ConfigurationReader(environment).read(true);
    }

    /**
     * Reads it another time, and says nothing of environment variables: they are those of the start.
     *
     * @throws ConfigurationFaultsException with all the faults
     */
    static SluiceConfiguration readAgain(ConfigurableEnvironment environment) {
        return new ConfigurationReader(environment).read(false);
    }

    private SluiceConfiguration read(boolean warns) {
        Section sluice = text.section(ROOT);
        List<RouteSettings> routes = routes(sluice.section("routes"));
        CacheSettings cache = cache(sluice.section("cache"), routes);
        Section redisSection = sluice.section("redis");
        RedisUrl redis = redis(redisSection).orElse(null);
        ClusterSettings cluster =
                new ClusterReader(redisSection.entry("url").isPresent(), text::fault).read(sluice.section("cluster"));
        ReloadSettings reload = reload(sluice.section("reload"));
        AdminSettings admin = new AdminReader(text::fault).read(sluice.section("admin"));
        text.refuseUnknownKeys(sluice.name());
        if (warns) {
            text.warnOfUnknownVariables(environment, VARIABLE_PREFIX);
        }
        if (!text.faults().isEmpty()) {
            throw new ConfigurationFaultsException(text.faults());
        }
        return new SluiceConfiguration(cache, routes, redis, cluster, reload, admin);
    }

    private CacheSettings cache(Section cache, List<RouteSettings> routes) {
        Set<String> names = routes.stream().map(RouteSettings::name).collect(Collectors.toSet());
        return new CacheSettings(
                cache.value("directory", Syntax.DIRECTORY).orElse(CacheSettings.DEFAULT.directory()),
                cache.value("max-size", Syntax.SIZE).orElse(CacheSettings.DEFAULT.maxSize()),
                new PinReader(names, text::fault).read(cache));
    }

    private static ReloadSettings reload(Section reload) {
        return new ReloadSettings(
                reload.value("interval", Syntax.DURATION).orElse(ReloadSettings.DEFAULT.interval()),
                reload.value("quiet-for", Syntax.DURATION).orElse(ReloadSettings.DEFAULT.quietFor()));
    }

    private List<RouteSettings> routes(Section routes) {
        Collection<Section> sections = routes.children(RouteReader.UPSTREAM);
        if (sections.isEmpty()) {
            text.fault(new Fault(
                    routes.name().toString(),
                    null,
                    "there are no routes. They are looked for in " + ConfigurationPlaces.of(environment)));
        }
        RouteReader reader = new RouteReader(OwnAddress.of(environment), text::fault);
        return sections.stream().flatMap(route -> reader.read(route).stream()).toList();
    }

    /** The URL, which may have a password in it, is in no fault. */
    private Optional<RedisUrl> redis(Section redis) {
        return redis.entry("url").flatMap(this::redisUrl);
    }

    private Optional<RedisUrl> redisUrl(Entry entry) {
        try {
            return Optional.of(RedisUrl.parse(entry.text()));
        } catch (IllegalArgumentException e) {
            text.fault(entry.problem(String.valueOf(e.getMessage())));
            return Optional.empty();
        }
    }
}
