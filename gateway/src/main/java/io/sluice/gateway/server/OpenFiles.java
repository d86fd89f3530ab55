package io.sluice.gateway.server;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** How many files the process may still open (K21); every connection is one of them. */
final class OpenFiles {

    /**
     * Of four files a client's connection is one: its pull may need a connection upstream and a file of the cache, and what
     * else there is, the management port first, must not go without.
     */
    private static final int PER_CLIENT = 4;

    private OpenFiles() {}

    /** How many clients there can be at once, so that none of them takes what another needs; without a limit, no limit. */
    static int clients() {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                && system.getMaxFileDescriptorCount() > 0) {
            long free = system.getMaxFileDescriptorCount() - system.getOpenFileDescriptorCount();
            return Math.clamp(free / PER_CLIENT, 1, Integer.MAX_VALUE);
        }
        return Integer.MAX_VALUE;
    }
}
