package io.sluice.gateway;

import io.sluice.cache.embedded.CacheDirectoryException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says why a cache directory stops the start, instead of a stack trace. */
final class CacheDirectoryAnalyzer extends AbstractFailureAnalyzer<CacheDirectoryException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, CacheDirectoryException cause) {
        String description = "The cache directory " + cause.directory() + " " + cause.reason() + ".";
        return new FailureAnalysis(description, cause.advice(), cause);
    }
}
