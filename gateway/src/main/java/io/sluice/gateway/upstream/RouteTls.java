package io.sluice.gateway.upstream;

import io.netty.handler.ssl.SslContext;
import io.sluice.gateway.upstream.TransportSettings.Trust;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whom a route trusts, and as whom it shows itself: the authorities of the network, or those and more from files. Host names
 * are verified in any case, and there is no way to switch that off (T24).
 */
final class RouteTls {

    private static final Logger log = LoggerFactory.getLogger(RouteTls.class);

    private final String route;
    private final Trust trust;
    private volatile TlsMaterial material;
    private volatile Contexts contexts;

    /**
     * Reads the files; blocks.
     *
     * @throws IllegalArgumentException if one of them is not what it should be
     */
    RouteTls(String route, Trust trust, SslContext network) {
        this.route = route;
        this.trust = trust;
        this.material = TlsMaterial.read(trust);
        this.contexts = hasFiles() ? contexts(material) : new Contexts(network, network);
    }

    boolean hasFiles() {
        return !trust.equals(Trust.SYSTEM);
    }

    /** Those of now; another instance as soon as a file has changed. */
    Contexts contexts() {
        return contexts;
    }

    /** Reads the files again, and keeps what was if they are not what they should be; blocks. */
    void refresh() {
        try {
            TlsMaterial now = TlsMaterial.read(trust);
            if (!now.equals(material)) {
                contexts = contexts(now);
                material = now;
                log.info("{}: the certificates of trust have changed and are used from now on", route);
            }
        } catch (IllegalArgumentException e) {
            log.warn("{}: the certificates of trust stay as they were: {}", route, e.getMessage());
        }
    }

    private static Contexts contexts(TlsMaterial material) {
        return new Contexts(material.withOurCertificate(), material.withoutOurCertificate());
    }

    /**
     * For whom there is which context.
     *
     * @param registry for the registry's own origin
     * @param others for every other host
     */
    record Contexts(SslContext registry, SslContext others) {

        SslContext forHost(Dial dial) {
            return switch (dial) {
                case REGISTRY -> registry;
                case CONFIGURED, PUBLIC -> others;
            };
        }
    }
}
