package io.sluice.cache.redis;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where Redis is, and as whom it is asked: {@code redis://[user[:password]@]host[:port][,host…][/database][#master]}.
 *
 * <p>The scheme says what is there: {@code redis} one server, {@code redis-sentinel} sentinels that know the master of the
 * given name, {@code redis-cluster} some nodes of a cluster; with {@code rediss} in place of {@code redis} the connections
 * are encrypted. Several hosts and a master only where there can be some, a database not in a cluster. What has a meaning
 * in a URL is percent-encoded in the user and the password. A lone name before the {@code @} is a password, as in
 * {@code redis://:password@host}.
 */
public final class RedisUrl {

    private static final Pattern SYNTAX = Pattern.compile("(?<tls>rediss?)(?:-(?<kind>sentinel|cluster))?://"
            + "(?:(?<user>[^@/#?:]*)(?::(?<password>[^@/#?]*))?@)?"
            + "(?<hosts>[^@/#?]+)(?:/(?<database>\\d{0,4}))?(?:#(?<master>[A-Za-z0-9._-]+))?");
    private static final Pattern HOST =
            Pattern.compile("(?<name>[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+\\])(?::(?<port>\\d{1,5}))?");
    private static final Pattern ENCODED = Pattern.compile("(?:[^%]|%[0-9A-Fa-f]{2})*");
    private static final int REDIS_PORT = 6379;
    private static final int SENTINEL_PORT = 26379;
    private static final int MAX_PORT = 65_535;

    /** What is there. */
    enum Kind {
        STANDALONE,
        SENTINEL,
        CLUSTER
    }

    /** One address. */
    record Host(String name, int port) {

        @Override
        public String toString() {
            return (name.indexOf(':') < 0 ? name : "[" + name + "]") + ":" + port;
        }
    }

    private final Kind kind;
    private final boolean tls;
    private final List<Host> hosts;
    private final @Nullable String user;
    private final @Nullable String password;
    private final int database;
    private final @Nullable String master;

    private RedisUrl(Matcher parts) {
        this.kind = kind(parts.group("kind"));
        this.tls = parts.group("tls").equals("rediss");
        this.hosts = Arrays.stream(parts.group("hosts").split(",", -1))
                .map(host -> host(host, kind == Kind.SENTINEL ? SENTINEL_PORT : REDIS_PORT))
                .toList();
        String first = decoded(parts.group("user"));
        String second = decoded(parts.group("password"));
        this.user = second == null ? null : first;
        this.password = second == null ? first : second;
        String number = parts.group("database");
        this.database = number == null || number.isEmpty() ? 0 : Integer.parseInt(number);
        this.master = parts.group("master");
        require(kind != Kind.STANDALONE || hosts.size() == 1, "one host");
        require(kind != Kind.CLUSTER || database == 0, "no database in a cluster");
        require((kind == Kind.SENTINEL) == (master != null), "the name of the master, as in #mymaster, with sentinels");
        require(user == null || password != null, "a password with the user");
    }

    /**
     * Reads a URL.
     *
     * @throws IllegalArgumentException when it is none; what is wrong is said without repeating any of it
     */
    public static RedisUrl parse(String text) {
        Matcher parts = SYNTAX.matcher(text);
        require(parts.matches(), "redis://, redis-sentinel:// or redis-cluster://");
        return new RedisUrl(parts);
    }

    private static Kind kind(@Nullable String name) {
        return name == null ? Kind.STANDALONE : name.equals("sentinel") ? Kind.SENTINEL : Kind.CLUSTER;
    }

    private static Host host(String text, int defaultPort) {
        Matcher parts = HOST.matcher(text);
        require(parts.matches(), "hosts");
        String port = parts.group("port");
        int number = port == null ? defaultPort : Integer.parseInt(port);
        require(number > 0 && number <= MAX_PORT, "a port");
        return new Host(parts.group("name").replaceAll("[\\[\\]]", ""), number);
    }

    /** Percent-decoded; a plus is a plus. */
    private static @Nullable String decoded(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return null;
        }
        require(ENCODED.matcher(text).matches(), "percent-encoding in user and password");
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static void require(boolean right, String expectation) {
        if (!right) {
            throw new IllegalArgumentException("not the URL of a Redis; expected " + expectation);
        }
    }

    Kind kind() {
        return kind;
    }

    boolean tls() {
        return tls;
    }

    List<Host> hosts() {
        return hosts;
    }

    @Nullable
    String user() {
        return user;
    }

    @Nullable
    String password() {
        return password;
    }

    int database() {
        return database;
    }

    @Nullable
    String master() {
        return master;
    }

    /** The URL without user and password. */
    @Override
    public String toString() {
        String scheme = (tls ? "rediss" : "redis")
                + switch (kind) {
                    case STANDALONE -> "";
                    case SENTINEL -> "-sentinel";
                    case CLUSTER -> "-cluster";
                };
        return scheme + "://" + hosts.stream().map(Host::toString).collect(Collectors.joining(","))
                + (database == 0 ? "" : "/" + database) + (master == null ? "" : "#" + master);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RedisUrl url
                && url.toString().equals(toString())
                && Objects.equals(url.user, user)
                && Objects.equals(url.password, password);
    }

    @Override
    public int hashCode() {
        return toString().hashCode();
    }
}
