package io.sluice.cache.disk;

import static io.sluice.cache.blob.Blobs.LIMIT;
import static io.sluice.cache.blob.Blobs.bytes;
import static io.sluice.cache.blob.Blobs.digest;
import static io.sluice.cache.blob.Blobs.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.cache.blob.BlobStoreException;
import io.sluice.cache.blob.BlobWriter;
import io.sluice.oci.Digest;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AwaitedWriterTest {

    private static final Digest DIGEST = digest(bytes(1, 1));

    private final FileThreads threads = new FileThreads("awaited", 1);
    private final CompletableFuture<BlobWriter> making = new CompletableFuture<>();
    private final CompletableFuture<Throwable> aborted = new CompletableFuture<>();

    @AfterEach
    void close() {
        threads.close();
    }

    /** A writer that only notes that it is aborted. */
    private BlobWriter noting() {
        return (BlobWriter) Proxy.newProxyInstance(
                BlobWriter.class.getClassLoader(), new Class<?>[] {BlobWriter.class}, (proxy, method, arguments) -> {
                    assertThat(method.getName()).isEqualTo("abort");
                    aborted.complete((Throwable) arguments[0]);
                    return null;
                });
    }

    @Test
    @DisplayName("a file that a disk makes when nobody waits for it any more does not stay")
    void whatComesTooLateDoesNotStay() {
        BlobWriter writer = new AwaitedWriter(DIGEST, threads, Duration.ofMillis(20), making::join);

        assertThatThrownBy(() -> run(writer.arrive(1)))
                .isInstanceOf(BlobStoreException.class)
                .hasMessageContaining("the disk takes longer");
        making.complete(noting());

        assertThat(aborted.orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join())
                .hasMessage("its file came too late");
    }

    @Test
    void whatEndsBeforeItsFileIsMadeEndsWithIt() {
        BlobWriter writer = new AwaitedWriter(DIGEST, threads, LIMIT, making::join);
        IllegalStateException cause = new IllegalStateException("nobody waits for it");

        writer.abort(cause);
        making.complete(noting());

        assertThat(aborted.orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join())
                .isSameAs(cause);
    }

    @Test
    void aFileThatCannotBeMadeSaysSo() {
        BlobWriter writer = new AwaitedWriter(DIGEST, threads, LIMIT, () -> {
            throw new BlobStoreException("no");
        });

        assertThatThrownBy(() -> run(writer.arrive(1)))
                .isInstanceOf(BlobStoreException.class)
                .hasMessage("no");
    }
}
