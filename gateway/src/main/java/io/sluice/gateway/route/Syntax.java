package io.sluice.gateway.route;

import io.sluice.oci.RepositoryName;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.util.unit.DataSize;

/**
 * How a kind of value is written.
 *
 * @param expectation what a right value is, to follow "is not"
 * @param parser reads a right value, and throws {@link IllegalArgumentException} or {@link ArithmeticException} else
 * @param <T> what the value is
 */
record Syntax<T>(String expectation, Function<String, T> parser) {

    private static final int MAX_PORT = 65_535;

    private static final Pattern REGION_NAME = Pattern.compile("[a-z]{2,8}(-[a-z]{2,12}){1,3}-[0-9]{1,2}");

    private static final Pattern BARE_NUMBER = Pattern.compile("[+-]?\\d+");

    static final Syntax<Boolean> BOOLEAN = new Syntax<>("true or false", Syntax::bool);

    /** Without a unit it would be milliseconds, which is never meant. */
    static final Syntax<Duration> DURATION =
            new Syntax<>("a duration with its unit, not negative, such as 60s, 15m or 24h", Syntax::duration);

    /** Without a unit it would be bytes, which is never meant. */
    static final Syntax<DataSize> SIZE =
            new Syntax<>("a size with its unit, more than nothing, such as 500MB or 50GB", Syntax::size);

    static final Syntax<Path> DIRECTORY = new Syntax<>("a directory", Path::of);

    static final Syntax<Path> FILE = new Syntax<>("a file that can be read", Syntax::file);

    static final Syntax<String> REGION = new Syntax<>("a region such as eu-central-1", Syntax::region);

    static final Syntax<String> HOST_OR_DOMAIN = new Syntax<>(
            "a host such as registry.example or 10.0.0.7, or a domain and all below it such as .example.org,"
                    + " without a port",
            Syntax::hostOrDomain);

    static final Syntax<Integer> PORT = new Syntax<>("a port from 1 to 65535", Syntax::port);

    /** A literal, which no name server is asked for. */
    static final Syntax<InetAddress> ADDRESS = new Syntax<>(
            "an IP address of this machine, such as 127.0.0.1, or 0.0.0.0 for all", InetAddress::ofLiteral);

    static final Syntax<URI> ORIGIN = new Syntax<>(
            "an http or https URL of scheme, host and optional port, without path, query, fragment or user,"
                    + " such as https://registry.example",
            Syntax::origin);

    static final Syntax<String> PATH = new Syntax<>(
            "a path such as /docker.io: a leading slash, lower-case components that a repository name could have,"
                    + " none of them v2, no trailing slash",
            Syntax::path);

    static final Syntax<String> NAMESPACE =
            new Syntax<>("a host with an optional port, such as docker.io or registry.example:5000", Syntax::namespace);

    static final Syntax<String> REPOSITORY =
            new Syntax<>("a repository name in lower case, such as library", Syntax::repository);

    /** Reads a value, or says what is wrong with it. */
    Optional<T> parse(Entry entry, Consumer<Fault> faults) {
        try {
            return Optional.of(parser.apply(entry.text()));
        } catch (IllegalArgumentException | ArithmeticException e) {
            faults.accept(entry.isNot(expectation));
            return Optional.empty();
        }
    }

    /** Likewise, of a value that may be a secret in the wrong place: the fault does not repeat it. */
    Optional<T> parseInSilence(Entry entry, Consumer<Fault> faults) {
        try {
            return Optional.of(parser.apply(entry.text()));
        } catch (IllegalArgumentException | ArithmeticException e) {
            faults.accept(entry.problem("the value is not " + expectation));
            return Optional.empty();
        }
    }

    private static Boolean bool(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("neither true nor false");
        };
    }

    private static Duration duration(String text) {
        if (text.equals("0")) {
            return Duration.ZERO;
        }
        require(!BARE_NUMBER.matcher(text).matches());
        Duration duration = DurationStyle.detectAndParse(text);
        require(!duration.isNegative());
        return duration;
    }

    private static DataSize size(String text) {
        require(!BARE_NUMBER.matcher(text).matches());
        DataSize size = DataSize.parse(text);
        require(size.toBytes() > 0);
        return size;
    }

    private static Path file(String text) {
        Path file = Path.of(text);
        require(Files.isReadable(file) && !Files.isDirectory(file));
        return file;
    }

    private static String region(String text) {
        require(REGION_NAME.matcher(text).matches());
        return text;
    }

    private static String hostOrDomain(String text) {
        String host = text.toLowerCase(Locale.ROOT);
        String plain = host.startsWith(".") ? host.substring(1) : host;
        URI uri = URI.create("http://" + plain);
        require(plain.equals(uri.getHost()));
        return host;
    }

    private static Integer port(String text) {
        int port = Integer.parseInt(text);
        require(port > 0 && port <= MAX_PORT);
        return port;
    }

    /** Reads an origin; two ways to write the same one, such as with the default port, become equal. */
    private static URI origin(String text) {
        URI uri = URI.create(text);
        require(uri.getHost() != null && uri.getScheme() != null);
        String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        require(scheme.equals("http") || scheme.equals("https"));
        require(uri.getRawUserInfo() == null && uri.getRawQuery() == null && uri.getRawFragment() == null);
        require(uri.getRawPath().isEmpty() || uri.getRawPath().equals("/"));
        require(uri.getPort() != 0 && uri.getPort() <= MAX_PORT);
        boolean defaultPort = uri.getPort() == (scheme.equals("https") ? 443 : 80);
        return URI.create(scheme + "://" + uri.getHost().toLowerCase(Locale.ROOT)
                + (uri.getPort() < 0 || defaultPort ? "" : ":" + uri.getPort()));
    }

    private static String path(String text) {
        require(text.startsWith("/") && RepositoryName.isValid(text.substring(1)));
        require(!Arrays.asList(text.split("/")).contains("v2"));
        return text;
    }

    private static String namespace(String text) {
        URI uri = URI.create("http://" + text);
        require(uri.getPort() != 0 && uri.getPort() <= MAX_PORT);
        require(text.equals(uri.getPort() < 0 ? uri.getHost() : uri.getHost() + ":" + uri.getPort()));
        return text;
    }

    private static String repository(String text) {
        require(RepositoryName.isValid(text));
        return text;
    }

    private static void require(boolean right) {
        if (!right) {
            throw new IllegalArgumentException("not what is expected");
        }
    }
}
