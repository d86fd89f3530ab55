package io.sluice.gateway.upstream;

import com.google.common.net.InternetDomainName;
import io.sluice.gateway.error.UpstreamProtocolException;
import java.net.URI;
import java.util.Optional;
import java.util.Set;

/**
 * Where a redirect or a token realm may lead (T04, T05): the registry's own origin, the origins that are listed, and any
 * other https host as long as its address turns out to be public when it is dialled.
 *
 * @param registry the registry's own origin
 * @param listed the origins of {@code redirect-hosts}
 */
record Destinations(Origin registry, Set<Origin> listed) {

    /**
     * Which addresses may be dialled for a URL.
     *
     * @throws UpstreamProtocolException if none may
     */
    Dial dial(URI url) {
        String scheme = url.getScheme();
        boolean https = "https".equalsIgnoreCase(scheme);
        if (url.getHost() == null || !https && !"http".equalsIgnoreCase(scheme)) {
            throw new UpstreamProtocolException(registry.host() + " named a URL that is neither http nor https");
        }
        if (url.getRawUserInfo() != null) {
            throw new UpstreamProtocolException(registry.host() + " named a URL with user information");
        }
        if (url.getPort() == 0 || url.getPort() > 65_535) {
            throw new UpstreamProtocolException(registry.host() + " named a URL with an invalid port");
        }
        Origin origin = Origin.of(url);
        if (isConfigured(origin)) {
            return origin.equals(registry) ? Dial.REGISTRY : Dial.CONFIGURED;
        }
        if (!https) {
            throw new UpstreamProtocolException(
                    registry.host() + " named the host " + url.getHost() + ", which is neither https nor listed");
        }
        return Dial.PUBLIC;
    }

    /**
     * Whether the registry's credential may be sent to a realm: on the registry's own host or registrable domain, or
     * listed. Addresses and hosts without a public suffix have no registrable domain; there the origin must be the same.
     */
    boolean takesCredential(Origin realm) {
        return isConfigured(realm) || realm.scheme().equals("https") && isOfTheSameDomain(realm.host());
    }

    private boolean isConfigured(Origin origin) {
        return origin.equals(registry) || listed.contains(origin);
    }

    private boolean isOfTheSameDomain(String host) {
        Optional<String> domain = registrableDomain(registry.host());
        return domain.isPresent() && domain.equals(registrableDomain(host));
    }

    private static Optional<String> registrableDomain(String host) {
        if (!InternetDomainName.isValid(host)) {
            return Optional.empty();
        }
        InternetDomainName name = InternetDomainName.from(host);
        return name.isUnderPublicSuffix() ? Optional.of(name.topPrivateDomain().toString()) : Optional.empty();
    }
}
