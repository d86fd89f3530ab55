package io.sluice.gateway.route;

import java.util.List;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Prints every fault of the configuration, numbered, in place of a stack trace. */
final class ConfigurationFaultsAnalyzer extends AbstractFailureAnalyzer<ConfigurationFaultsException> {

    private static final String ACTION = "Correct what is listed above and start again; docs/configuration.md describes"
            + " every key. Nothing was opened or changed.";

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, ConfigurationFaultsException cause) {
        return new FailureAnalysis(description(cause.faults()), ACTION, cause);
    }

    /** All of them, numbered, each in its line. */
    static String description(List<Fault> faults) {
        StringBuilder text = new StringBuilder("The configuration of Sluice is wrong in ")
                .append(faults.size())
                .append(faults.size() == 1 ? " place:" : " places:")
                .append(System.lineSeparator());
        for (int i = 0; i < faults.size(); i++) {
            text.append(System.lineSeparator()).append(i + 1).append(". ").append(faults.get(i));
        }
        return text.toString();
    }
}
