package io.sluice.gateway.pull;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.sluice.cache.blob.NoBlobs;
import io.sluice.cache.embedded.EmbeddedCache;
import io.sluice.cache.embedded.EmbeddedCacheSettings;
import io.sluice.gateway.metrics.GatewayMetrics;
import io.sluice.gateway.pull.Pulls.Stores;
import io.sluice.gateway.upstream.Registry;
import io.sluice.gateway.upstream.RegistryRequest;
import io.sluice.gateway.upstream.ResponseHead;
import io.sluice.gateway.upstream.ResponseReader;
import io.sluice.oci.Digest;
import io.sluice.oci.Digest.Algorithm;
import io.sluice.oci.RangeRequest;
import io.sluice.oci.RepositoryName;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.OptionalDouble;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

class BlobPullTest {

    private static final Digest DIGEST = Digest.hash(Algorithm.SHA256, new byte[] {1});

    private final EmbeddedCache cache = EmbeddedCache.open(EmbeddedCacheSettings.inMemory());
    private final GatewayMetrics metrics = new GatewayMetrics(new SimpleMeterRegistry());
    private final BlobPull blobs = Pulls.over(
                    new Stores(cache.manifests(), cache.tags(), cache.membership(), new NoBlobs()),
                    AcrossReplicas.ALONE,
                    null,
                    metrics,
                    Clock.systemUTC())
            .blobs();

    @AfterEach
    void close() {
        cache.close();
    }

    @Test
    @DisplayName("A connection that is lost before its answer begins holds nothing back for ever")
    void whatIsHeldBackIsReleasedWhenTheAnswerCannotBegin() {
        ByteBuf chunk = Unpooled.wrappedBuffer(new byte[1000]);
        TestPublisher<ByteBuf> body = TestPublisher.create();

        Mono<Void> pull = blobs.get(new Wanted(
                target(body.flux()),
                DIGEST,
                RangeRequest.WHOLE,
                answer -> {
                    ((BlobAnswer.Passing) answer).body().subscribe(ByteBuf::release);
                    body.next(chunk);
                    chunk.release();
                    return Mono.error(new IOException("connection reset before the head was sent"));
                },
                Schedulers.parallel()));

        StepVerifier.create(pull).expectError(IOException.class).verify(Duration.ofSeconds(10));
        assertThat(chunk.refCnt()).isZero();
    }

    private static PullTarget target(Flux<ByteBuf> body) {
        TagFreshness freshness = new TagFreshness(Duration.ofMinutes(1), Duration.ofHours(1));
        return new PullTarget(
                new Upstream("test", new OneBody(body), false, freshness), RepositoryName.parse("library/alpine"));
    }

    /** A registry that answers everything with one body. */
    private record OneBody(Flux<ByteBuf> body) implements Registry {

        @Override
        public void distrust(Digest blob) {
            throw new UnsupportedOperationException("its body is the only one");
        }

        @Override
        public OptionalDouble budgetLeft() {
            return OptionalDouble.empty();
        }

        @Override
        public <T> Mono<T> send(RegistryRequest request, ResponseReader<T> reader) {
            return reader.read(new ResponseHead(200, new DefaultHttpHeaders()), body);
        }
    }
}
