package io.sluice.cache.redis;

import io.sluice.cache.embedded.EmbeddedCache;
import io.sluice.cache.embedded.EmbeddedCacheSettings;
import io.sluice.cache.manifest.ManifestStore;
import io.sluice.cache.manifest.ManifestStoreContract;
import io.sluice.cache.manifest.Membership;
import io.sluice.cache.manifest.MembershipContract;
import io.sluice.cache.manifest.TagIndex;
import io.sluice.cache.manifest.TagIndexContract;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The contracts, for every kind of Redis: for Redis alone, and for a cache of one's own with Redis. */
@ParameterizedClass
@EnumSource(TestRedis.Kind.class)
class RedisContractsTest {

    @RegisterExtension
    static final SharedRedis SERVERS = new SharedRedis();

    private final TestRedis redis;
    private RedisCache cache;
    private EmbeddedCache local;

    RedisContractsTest(TestRedis.Kind kind) {
        this.redis = SERVERS.of(kind);
    }

    @BeforeEach
    void open() {
        redis.flush();
        cache = TestRedis.open(TestRedis.settings(redis.url()));
        local = EmbeddedCache.open(EmbeddedCacheSettings.inMemory());
    }

    @AfterEach
    void close() {
        local.close();
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

        @Override
        protected boolean tellsPointers() {
            return false;
        }
    }

    @Nested
    class Proofs extends MembershipContract {

        @Override
        protected Membership membership() {
            return cache.membership();
        }
    }

    @Nested
    class SharedManifests extends ManifestStoreContract {

        private ManifestStore store;

        @BeforeEach
        void share() {
            store = cache.manifestsBehind(local.manifests());
        }

        @Override
        protected ManifestStore store() {
            return store;
        }
    }

    @Nested
    class SharedTags extends TagIndexContract {

        private TagIndex index;

        @BeforeEach
        void share() {
            index = cache.tagsBeside(local.tags());
        }

        @Override
        protected TagIndex index() {
            return index;
        }
    }

    @Nested
    class SharedProofs extends MembershipContract {

        private Membership membership;

        @BeforeEach
        void share() {
            membership = cache.membershipBeside(local.membership());
        }

        @Override
        protected Membership membership() {
            return membership;
        }
    }
}
