package io.sluice.gateway.route;

import java.util.List;

/** The configuration is wrong; all the faults that were found, at least one. */
final class ConfigurationFaultsException extends RuntimeException {

    private final transient List<Fault> faults;

    ConfigurationFaultsException(List<Fault> faults) {
        super("the configuration is wrong, faults: " + faults.size());
        this.faults = List.copyOf(faults);
    }

    List<Fault> faults() {
        return faults;
    }
}
