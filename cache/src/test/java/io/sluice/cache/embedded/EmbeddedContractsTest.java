package io.sluice.cache.embedded;

import io.sluice.cache.manifest.ManifestStore;
import io.sluice.cache.manifest.ManifestStoreContract;
import io.sluice.cache.manifest.Membership;
import io.sluice.cache.manifest.MembershipContract;
import io.sluice.cache.manifest.TagIndex;
import io.sluice.cache.manifest.TagIndexContract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The contracts, for every kind of embedded cache. */
@ParameterizedClass
@EnumSource
class EmbeddedContractsTest {

    enum Kind {
        IN_MEMORY,
        ON_DISK,
        /** With next to no memory in front, so that nearly every answer comes from the file. */
        ON_DISK_ALONE
    }

    private final Kind kind;

    @TempDir
    private Path directory;

    private EmbeddedCache cache;

    EmbeddedContractsTest(Kind kind) {
        this.kind = kind;
    }

    @BeforeEach
    void open() {
        cache = EmbeddedCache.open(settings());
    }

    private EmbeddedCacheSettings settings() {
        EmbeddedCacheSettings onDisk = EmbeddedCacheSettings.onDisk(directory.resolve("cache"));
        return switch (kind) {
            case IN_MEMORY -> EmbeddedCacheSettings.inMemory();
            case ON_DISK -> onDisk;
            case ON_DISK_ALONE -> onDisk.withManifests(1, onDisk.manifestBytes());
        };
    }

    @AfterEach
    void close() {
        cache.close();
    }

    @Nested
    class Manifests extends ManifestStoreContract {

        @Override
        protected ManifestStore store() {
            return cache.manifests();
        }
    }

    @Nested
    class Tags extends TagIndexContract {

        @Override
        protected TagIndex index() {
            return cache.tags();
        }
    }

    @Nested
    class Proofs extends MembershipContract {

        @Override
        protected Membership membership() {
            return cache.membership();
        }
    }
}
