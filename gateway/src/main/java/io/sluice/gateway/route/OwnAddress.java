package io.sluice.gateway.route;

import java.net.InetAddress;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.PropertyResolver;

/**
 * Where this gateway takes the requests of its clients, as far as its configuration says so.
 *
 * @param port the port; 0 for one that is not known yet
 * @param address the one address that it listens on, or null for all
 */
record OwnAddress(int port, @Nullable InetAddress address) {

    private static final String DEFAULT_PORT = "8080";

    static OwnAddress of(PropertyResolver environment) {
        String port = environment.getProperty("server.port", DEFAULT_PORT);
        InetAddress address =
                literal(environment.getProperty("server.address", "")).orElse(null);
        return new OwnAddress(
                port.matches("[0-9]{1,5}") ? Integer.parseInt(port) : 0,
                address == null || address.isAnyLocalAddress() ? null : address);
    }

    /** Whether it is obvious that an origin is this gateway: by name or literal, for no name server is asked (T35). */
    boolean isAt(URI origin) {
        return port != 0 && port == portOf(origin) && isThisHost(origin.getHost());
    }

    private boolean isThisHost(String host) {
        if (host.equals("localhost")) {
            return address == null || address.isLoopbackAddress();
        }
        return literal(host)
                .filter(literal -> literal.equals(address) || (address == null && literal.isLoopbackAddress()))
                .isPresent();
    }

    private static int portOf(URI origin) {
        if (origin.getPort() >= 0) {
            return origin.getPort();
        }
        return origin.getScheme().equals("https") ? 443 : 80;
    }

    private static Optional<InetAddress> literal(String host) {
        try {
            return Optional.of(InetAddress.ofLiteral(host.replace("[", "").replace("]", "")));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
