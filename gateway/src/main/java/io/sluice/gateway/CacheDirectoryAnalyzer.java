package io.sluice.gateway;

import io.sluice.cache.embedded.CacheDirectoryException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says what is wrong with the cache directory, in place of a stack trace. */
final class CacheDirectoryAnalyzer extends AbstractFailureAnalyzer<CacheDirectoryException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, CacheDirectoryException cause) {
        return new FailureAnalysis(
                cause.getMessage(), "sluice.cache.directory names it; docs/operating.md says what it needs.", cause);
    }
}
