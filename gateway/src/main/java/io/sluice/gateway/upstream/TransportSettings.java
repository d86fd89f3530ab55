package io.sluice.gateway.upstream;

import io.sluice.gateway.upstream.credential.CredentialSettings;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whom a route trusts beyond the authorities of this machine, and which proxy it goes through.
 *
 * @param trust certificates
 * @param proxy the proxy, or null to go directly
 */
public record TransportSettings(Trust trust, @Nullable Proxy proxy) {

    /** The authorities of this machine, and no proxy. */
    public static final TransportSettings PLAIN = new TransportSettings(Trust.SYSTEM, null);

    /**
     * Certificates in PEM files, which are read again when they change.
     *
     * @param authorities files of authorities that are trusted in addition to those of this machine, by all hosts of the route
     * @param certificate the file of our own certificate with its chain, or null; shown to the registry's own origin alone
     * @param privateKey the file of its key, or null
     */
    public record Trust(
            List<Path> authorities,
            @Nullable Path certificate,
            @Nullable Path privateKey) {

        public static final Trust SYSTEM = new Trust(List.of(), null, null);

        public Trust {
            authorities = List.copyOf(authorities);
        }
    }

    /**
     * An HTTP proxy that is asked to CONNECT.
     *
     * @param host its host
     * @param port its port
     * @param credential what it is told with each CONNECT, or null; a name and a password, written or in a file
     * @param exceptions hosts that are reached directly: a host, or with a dot before it a domain and all below it
     */
    public record Proxy(String host, int port, @Nullable CredentialSettings credential, List<String> exceptions) {

        public Proxy {
            exceptions = List.copyOf(exceptions);
        }

        /** Whether a host, in lower case, is reached directly. */
        boolean excepts(String host) {
            return exceptions.stream().anyMatch(exception -> isOf(host, exception));
        }

        private static boolean isOf(String host, String exception) {
            return exception.startsWith(".")
                    ? host.endsWith(exception) || host.equals(exception.substring(1))
                    : host.equals(exception);
        }
    }
}
