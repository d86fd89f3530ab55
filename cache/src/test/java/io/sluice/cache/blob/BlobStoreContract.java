package io.sluice.cache.blob;

import static io.sluice.cache.blob.Blobs.LIMIT;
import static io.sluice.cache.blob.Blobs.append;
import static io.sluice.cache.blob.Blobs.begin;
import static io.sluice.cache.blob.Blobs.bytes;
import static io.sluice.cache.blob.Blobs.digest;
import static io.sluice.cache.blob.Blobs.find;
import static io.sluice.cache.blob.Blobs.get;
import static io.sluice.cache.blob.Blobs.put;
import static io.sluice.cache.blob.Blobs.readAll;
import static io.sluice.cache.blob.Blobs.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.oci.Digest;
import io.sluice.oci.Digest.Algorithm;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What every store of blobs does. */
public abstract class BlobStoreContract {

    private static final int HELD_BACK = 64 * 1024;

    /** The store, empty, with room for a few hundred megabytes. */
    protected abstract BlobStore store();

    @Test
    void whatWasNeverWrittenIsAbsent() {
        assertThat(find(store(), digest(bytes(10, 1)))).isNull();
        assertThat(store().size(digest(bytes(10, 1))).blockOptional(LIMIT)).isEmpty();
    }

    @Test
    void whatWasCommittedIsReadFromAnyOffset() {
        byte[] blob = bytes(1_000_000, 2);
        Digest digest = put(store(), blob);

        assertThat(find(store(), digest)).isEqualTo(blob);
        assertThat(get(store().size(digest))).isEqualTo(blob.length);
        try (BlobReader reader = get(store().open(digest))) {
            assertThat(reader.isWhole()).isTrue();
            assertThat(reader.size()).isEqualTo(blob.length);
            assertThat(readAll(reader, 999_990)).isEqualTo(Arrays.copyOfRange(blob, 999_990, 1_000_000));
            assertThat(get(reader.ready(1_000_000, 10))).isZero();
            assertThat(get(reader.ready(5, 10))).isEqualTo(10);
            assertThat(get(reader.ready(999_999, 10))).isEqualTo(1);
        }
    }

    @Test
    void anEmptyBlobIsABlob() {
        Digest digest = put(store(), new byte[0]);

        assertThat(find(store(), digest)).isEmpty();
    }

    @Test
    void aSha512BlobIsABlob() {
        byte[] blob = bytes(1000, 3);
        Digest digest = Digest.hash(Algorithm.SHA512, blob);
        BlobWriter writer = begin(store(), digest, blob.length);
        append(writer, blob);
        run(writer.commit());

        assertThat(find(store(), digest)).isEqualTo(blob);
    }

    @Test
    @DisplayName("C06: a reader has each byte as soon as it is written, but for the last 64 KiB before all is verified")
    void aBlobIsReadWhileItArrives() {
        byte[] blob = bytes(300_000, 4);
        Digest digest = digest(blob);
        BlobWriter writer = begin(store(), digest, blob.length);
        try (BlobReader reader = get(store().open(digest))) {
            append(writer, blob, 0, 1);
            assertThat(get(reader.ready(0, 100))).isEqualTo(1);

            append(writer, blob, 1, 299_999);
            assertThat(get(reader.ready(0, 1_000_000))).isEqualTo(blob.length - HELD_BACK);
            StepVerifier.create(reader.ready(blob.length - HELD_BACK, 1))
                    .expectSubscription()
                    .then(() -> append(writer, blob, 299_999, 300_000))
                    .then(() -> run(writer.commit()))
                    .expectNext(1)
                    .expectComplete()
                    .verify(LIMIT);
            assertThat(readAll(reader, 0)).isEqualTo(blob);
        }
    }

    @Test
    void ofABlobOfUnknownLengthTheLastIsHeldBackToo() {
        byte[] blob = bytes(200_000, 5);
        Digest digest = digest(blob);
        BlobWriter writer = begin(store(), digest, -1);
        try (BlobReader reader = writer.reader()) {
            append(writer, blob);
            assertThat(reader.size()).isEqualTo(-1);
            assertThat(get(reader.ready(0, 1_000_000))).isEqualTo(blob.length - HELD_BACK);
            run(writer.commit());
            assertThat(reader.size()).isEqualTo(blob.length);
            assertThat(readAll(reader, 0)).isEqualTo(blob);
        }
    }

    @Test
    @DisplayName("T01 U11: bytes of another digest fail their readers before the end, and are not kept")
    void aMismatchIsNotKept() {
        byte[] blob = bytes(300_000, 6);
        Digest other = digest(bytes(5, 7));
        BlobWriter writer = begin(store(), other, blob.length);
        try (BlobReader reader = writer.reader()) {
            append(writer, blob);
            assertThatThrownBy(() -> run(writer.commit())).isInstanceOf(DigestMismatchException.class);
            assertThat(get(reader.ready(0, 1_000_000))).isEqualTo(blob.length - HELD_BACK);
            assertThatThrownBy(() -> get(reader.ready(blob.length - HELD_BACK, 1)))
                    .isInstanceOf(DigestMismatchException.class);
        }
        assertThat(find(store(), other)).isNull();
    }

    @Test
    void fewerBytesThanAnnouncedAreNotKept() {
        byte[] blob = bytes(1000, 8);
        BlobWriter writer = begin(store(), digest(blob), 2000);
        append(writer, blob);

        assertThatThrownBy(() -> run(writer.commit())).isInstanceOf(DigestMismatchException.class);
        assertThat(find(store(), digest(blob))).isNull();
    }

    @Test
    @DisplayName("T15: one byte more than announced is refused")
    void moreBytesThanAnnouncedAreRefused() {
        BlobWriter writer = begin(store(), digest(bytes(5, 9)), 1000);

        assertThatThrownBy(() -> append(writer, bytes(1001, 9))).isInstanceOf(BlobTooLongException.class);
        writer.abort(new IllegalStateException("too long"));
    }

    @Test
    void whenTheWriterGivesUpItsReadersLearnWhy() {
        byte[] blob = bytes(300_000, 10);
        BlobWriter writer = begin(store(), digest(blob), blob.length);
        try (BlobReader reader = writer.reader()) {
            append(writer, blob, 0, 100_000);
            writer.abort(new IllegalStateException("the upstream is gone"));

            assertThat(get(reader.ready(0, 1_000_000))).isEqualTo(100_000);
            assertThatThrownBy(() -> get(reader.ready(100_000, 1))).hasMessage("the upstream is gone");
        }
        assertThat(find(store(), digest(blob))).isNull();
    }

    @Test
    void aReaderThatWaitsLearnsThatNothingComes() {
        BlobWriter writer = begin(store(), digest(bytes(10, 11)), 300_000);
        try (BlobReader reader = writer.reader()) {
            StepVerifier.create(reader.ready(5, 1))
                    .expectSubscription()
                    .then(() -> writer.abort(new IllegalStateException("gone")))
                    .expectErrorMessage("gone")
                    .verify(LIMIT);
        }
    }

    @Test
    void whatWasLeftBehindIsGoneOnWith() {
        byte[] blob = bytes(500_000, 12);
        Digest digest = digest(blob);
        BlobWriter first = begin(store(), digest, blob.length);
        append(first, blob, 0, 200_000);
        assertThat(first.suspend()).isTrue();

        BlobWriter second = get(store().write(digest));
        assertThat(second.written()).isEqualTo(200_000);
        run(second.arrive(blob.length));
        try (BlobReader reader = second.reader()) {
            assertThat(get(reader.ready(0, 1_000_000))).isEqualTo(200_000);
            append(second, blob, 200_000, blob.length);
            run(second.commit());
            assertThat(readAll(reader, 0)).isEqualTo(blob);
        }
        assertThat(find(store(), digest)).isEqualTo(blob);
    }

    @Test
    void whatIsBeingReadIsNotLeftBehind() {
        byte[] blob = bytes(1000, 13);
        BlobWriter writer = begin(store(), digest(blob), blob.length);
        try (BlobReader reader = writer.reader()) {
            assertThat(writer.suspend()).isFalse();
            append(writer, blob);
            run(writer.commit());
            assertThat(readAll(reader, 0)).isEqualTo(blob);
        }
    }

    @Test
    void theWriterIsToldWhenItsLastReaderLeaves() throws InterruptedException {
        BlobWriter writer = begin(store(), digest(bytes(10, 14)), 1000);
        CountDownLatch deserted = new CountDownLatch(1);
        writer.onDeserted(deserted::countDown);
        BlobReader first = writer.reader();
        BlobReader second = writer.reader();
        first.close();
        first.close();

        assertThat(writer.readers()).isEqualTo(1);
        assertThat(deserted.getCount()).isEqualTo(1);
        second.close();
        assertThat(deserted.await(20, TimeUnit.SECONDS)).isTrue();
        writer.abort(new IllegalStateException("over"));
    }

    @Test
    @DisplayName("K12: whoever goes on without the store has the hash and the bytes that were held back")
    void theRestCanBeFinishedElsewhere() {
        byte[] blob = bytes(300_000, 15);
        BlobWriter writer = begin(store(), digest(blob), blob.length);
        append(writer, blob, 0, 250_000);

        int heldBackFrom = blob.length - HELD_BACK;
        ByteBuffer heldBack = get(Mono.fromFuture(CompletableFuture.supplyAsync(writer::heldBack, writer.threads())));
        byte[] rest = Arrays.copyOfRange(blob, 250_000, blob.length);

        assertThat(heldBack).isEqualTo(ByteBuffer.wrap(Arrays.copyOfRange(blob, heldBackFrom, 250_000)));
        assertThat(Digest.of(Algorithm.SHA256, writer.hashed().digest(rest))).isEqualTo(digest(blob));
        writer.abort(new IllegalStateException("over"));
    }

    @Test
    void aBlobThatIsHeldAlreadyIsWrittenOnceMoreWithoutHarm() {
        byte[] blob = bytes(100_000, 16);
        Digest digest = put(store(), blob);

        assertThat(put(store(), blob)).isEqualTo(digest);
        assertThat(find(store(), digest)).isEqualTo(blob);
        assertThat(store().usage().entries()).isEqualTo(1);
    }

    @Test
    void twoThatWriteOneBlobBothSucceed() {
        byte[] blob = bytes(400_000, 17);
        Digest digest = digest(blob);
        BlobWriter one = begin(store(), digest, blob.length);
        BlobWriter other = begin(store(), digest, blob.length);
        append(one, blob, 0, 200_000);
        append(other, blob);
        run(other.commit());
        append(one, blob, 200_000, blob.length);
        run(one.commit());

        assertThat(find(store(), digest)).isEqualTo(blob);
        assertThat(store().usage().entries()).isEqualTo(1);
    }

    @Test
    void whatIsRemovedIsReadToTheEndByWhoHasItOpen() {
        byte[] blob = bytes(300_000, 18);
        Digest digest = put(store(), blob);
        try (BlobReader reader = get(store().open(digest))) {
            run(store().remove(digest));
            assertThat(find(store(), digest)).isNull();
            assertThat(readAll(reader, 0)).isEqualTo(blob);
        }
    }

    @Test
    @DisplayName("C03: a hundred readers, each at its own pace, have the same bytes")
    void manyReadersFollowOneWriter() {
        byte[] blob = bytes(2_000_000, 19);
        Digest digest = digest(blob);
        BlobWriter writer = begin(store(), digest, blob.length);
        List<CompletableFuture<byte[]>> readers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            readers.add(CompletableFuture.supplyAsync(
                    () -> find(store(), digest), task -> Thread.ofVirtual().start(task)));
        }
        append(writer, blob);
        run(writer.commit());

        assertThat(readers)
                .allSatisfy(
                        reader -> assertThat(reader.get(20, TimeUnit.SECONDS)).isEqualTo(blob));
    }
}
