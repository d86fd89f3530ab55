package io.sluice.cache.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;

/** One Redis of each kind for all test classes that leave it as it was; ended after the last of them. */
final class SharedRedis implements BeforeAllCallback {

    private @Nullable Store store;

    @Override
    public void beforeAll(ExtensionContext context) {
        store = context.getRoot().getStore(Namespace.create(SharedRedis.class));
    }

    TestRedis of(TestRedis.Kind kind) {
        return Objects.requireNonNull(store).computeIfAbsent(kind, SharedRedis::start, TestRedis.class);
    }

    private static TestRedis start(TestRedis.Kind kind) {
        try {
            return kind.start(Files.createTempDirectory("sluice-redis"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
