package io.sluice.gateway.route;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What the configuration files say at one moment: two that are equal say the same. */
sealed interface Reading {

    /** A configuration that can be used. */
    final class Valid implements Reading {

        private final SluiceConfiguration configuration;
        private final Map<String, Object> springs;

        /** @param springs what the files say that is not Sluice's own, by its keys */
        Valid(SluiceConfiguration configuration, Map<String, Object> springs) {
            this.configuration = configuration;
            this.springs = Map.copyOf(springs);
        }

        SluiceConfiguration configuration() {
            return configuration;
        }

        Map<String, Object> springs() {
            return springs;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Valid valid
                    && configuration.equals(valid.configuration)
                    && springs.equals(valid.springs);
        }

        @Override
        public int hashCode() {
            return Objects.hash(configuration, springs);
        }
    }

    /** One that cannot; with all its faults. */
    record Invalid(List<Fault> faults) implements Reading {

        public Invalid {
            faults = List.copyOf(faults);
        }
    }
}
