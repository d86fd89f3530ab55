package io.sluice.gateway.upstream;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;

/**
 * The name of this process in {@code Via} (RFC 9110, 7.6.3). Every request to an upstream carries it, so that one which comes
 * back is known for what it is (T35, G17).
 *
 * @param name a pseudonym that no other process has
 */
record Via(String name) {

    private static final int BYTES = 8;
    private static final String PROTOCOL = "1.1 ";

    static Via ofThisProcess() {
        byte[] random = new byte[BYTES];
        new SecureRandom().nextBytes(random);
        return new Via("sluice-" + HexFormat.of().formatHex(random));
    }

    /** The value of the header. */
    String value() {
        return PROTOCOL + name;
    }

    /** Whether the header says that a request has passed through here. */
    boolean isAmong(Collection<String> values) {
        return values.stream()
                .flatMap(value -> Arrays.stream(value.split(",")))
                .map(hop -> hop.strip().split("\\s+"))
                .anyMatch(hop -> hop.length > 1 && hop[1].equals(name));
    }
}
