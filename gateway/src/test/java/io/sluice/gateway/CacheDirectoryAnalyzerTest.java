package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cache.embedded.CacheDirectoryException;
import io.sluice.cache.embedded.EmbeddedCache;
import io.sluice.cache.embedded.EmbeddedCacheSettings;
import java.nio.file.Path;
import org.apache.commons.logging.LogFactory;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.FailureHandler;

class CacheDirectoryAnalyzerTest {

    @Test
    void aDirectoryThatIsInUseStopsTheStartWithASentenceAndAnAdvice(@TempDir Path directory) {
        EmbeddedCacheSettings settings = EmbeddedCacheSettings.onDisk(directory);
        try (EmbeddedCache first = EmbeddedCache.open(settings)) {
            CacheDirectoryException failure =
                    Assertions.catchThrowableOfType(CacheDirectoryException.class, () -> EmbeddedCache.open(settings));

            FailureAnalysis analysis =
                    new CacheDirectoryAnalyzer().analyze(new IllegalStateException("no bean", failure), failure);

            assertThat(first.faults()).isNotEmpty();
            assertThat(analysis.getDescription())
                    .isEqualTo("The cache directory " + directory + " is in use by another process.");
            assertThat(analysis.getAction()).contains("sluice.cache.directory");
        }
    }

    @Test
    void springBootFindsIt() {
        assertThat(SpringFactoriesLoader.forDefaultResourceLocation()
                        .load(FailureAnalyzer.class, FailureHandler.logging(LogFactory.getLog(getClass()))))
                .hasAtLeastOneElementOfType(CacheDirectoryAnalyzer.class);
    }
}
