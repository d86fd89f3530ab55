package io.sluice.gateway.pull;

import io.sluice.cache.blob.BlobReader;
import io.sluice.cache.blob.BlobStoreException;
import io.sluice.cache.blob.DigestMismatchException;
import io.sluice.cache.manifest.Proof;
import io.sluice.gateway.error.InvalidContentException;
import io.sluice.gateway.error.PullException;
import io.sluice.gateway.error.RangeUnsatisfiableException;
import io.sluice.gateway.error.UpstreamStatusException;
import io.sluice.gateway.metrics.Kind;
import io.sluice.gateway.pull.BlobSettings.Ahead;
import io.sluice.oci.ByteRange;
import io.sluice.oci.Digest;
import io.sluice.oci.MediaTypes;
import io.sluice.oci.RangeRequest.Selection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * The story of a blob, as one caller sees it. It is held, or arriving, or one fetch for all who want it begins
 * ({@link BlobFetch}); in each case the caller reads the store's file at its own pace and from its own offset, and the answer
 * begins when its first byte is there. A range far ahead of the fetch is relayed by itself. What cannot be kept passes
 * through.
 */
public final class BlobPull {

    /** How often a blob that got lost before its first byte is looked for again. */
    private static final int MAX_ROUNDS = 2;

    private final BlobContent content;
    private final BlobRelay relay;
    private final BlobUpstream upstream;
    private final RepositoryAccess access;
    private final Ahead ahead;
    private final Admission admission;

    BlobPull(
            BlobContent content,
            BlobRelay relay,
            BlobUpstream upstream,
            RepositoryAccess access,
            Ahead ahead,
            Admission admission) {
        this.content = content;
        this.relay = relay;
        this.upstream = upstream;
        this.access = access;
        this.ahead = ahead;
        this.admission = admission;
    }

    /**
     * What the headers of a blob say: what is known of one that is held or arriving, else what the upstream said a moment
     * ago, or says to a HEAD.
     */
    public Mono<BlobHead> head(PullTarget target, Digest digest) {
        return admission.of(
                target,
                Kind.BLOB,
                digest,
                () -> content.head(target, digest).switchIfEmpty(Mono.defer(() -> headAtUpstream(target, digest))));
    }

    private Mono<BlobHead> headAtUpstream(PullTarget target, Digest digest) {
        return access.describe(target, digest, () -> upstream.ask(target, digest), BlobPull::saysHowLong)
                .map(grant -> new BlobHead(grant.proof().size(), grant.ofHeaders()));
    }

    /** Asks the upstream now whether the repository has a blob. */
    public Mono<Proof> refresh(PullTarget target, Digest digest) {
        return access.askAnew(target, digest, () -> upstream.ask(target, digest));
    }

    /** Whether a proof is about a blob. */
    static boolean isOfBlob(Proof proof) {
        return MediaTypes.OCTET_STREAM.equals(proof.mediaType());
    }

    private static boolean saysHowLong(Proof proof) {
        return isOfBlob(proof) && proof.size() >= 0;
    }

    /** A blob, or ranges of it. */
    public Mono<Void> get(Wanted wanted) {
        return admitted(wanted, () -> answer(wanted, MAX_ROUNDS));
    }

    /**
     * The same of a blob that is held or arriving, and proven for the repository.
     *
     * @return true when it was answered; empty when it was not, and nothing was written
     */
    public Mono<Boolean> getOnHand(Wanted wanted) {
        return admitted(wanted, () -> answer(wanted, content.onHand(wanted.target(), wanted.digest())));
    }

    private <T> Mono<T> admitted(Wanted wanted, Supplier<Mono<T>> pull) {
        return admission.of(wanted.target(), Kind.BLOB, wanted.digest(), pull);
    }

    /** The whole of a small blob, or null where more than a look into memory is needed. */
    public @Nullable BlobInMemory fromMemory(PullTarget target, Digest digest) {
        BlobInMemory inMemory = content.inMemory(target, digest);
        return inMemory != null && admission.admitsAtOnce(target, digest) ? inMemory : null;
    }

    private Mono<Void> answer(Wanted wanted, int rounds) {
        return answer(wanted, content.open(wanted.target(), wanted.digest()))
                .switchIfEmpty(Mono.defer(() -> answerOtherwise(wanted, rounds)))
                .then();
    }

    private Mono<Boolean> answer(Wanted wanted, Mono<OpenedBlob> opened) {
        return Mono.usingWhen(opened, blob -> answerFrom(blob, wanted), blob -> Mono.fromRunnable(blob::close));
    }

    /** It was lost before its first byte, and is looked for once more; or it cannot be kept, and passes through. */
    private Mono<Boolean> answerOtherwise(Wanted wanted, int rounds) {
        return rounds > 0 && content.mayFit(wanted.digest())
                ? answer(wanted, rounds - 1).thenReturn(true)
                : relay.pass(wanted).thenReturn(true);
    }

    /** Empty when the blob is lost before its first byte. */
    private Mono<Boolean> answerFrom(OpenedBlob blob, Wanted wanted) {
        long size = blob.reader().size();
        Selection selection = size < 0 ? new Selection.Whole() : wanted.range().select(size);
        return switch (selection) {
            case Selection.Unsatisfiable ignored -> Mono.error(new RangeUnsatisfiableException(size));
            case Selection.Whole ignored -> kept(blob, size, List.of(), wanted);
            case Selection.Parts parts ->
                isFarAhead(blob.reader(), parts.ranges(), wanted)
                        ? relayed(blob, size, parts.ranges(), wanted)
                        : kept(blob, size, parts.ranges(), wanted);
        };
    }

    /** Begins when the first byte is there, so that all that goes wrong before is still answered with its own status. */
    private Mono<Boolean> kept(OpenedBlob blob, long size, List<ByteRange> ranges, Wanted wanted) {
        long first = ranges.isEmpty() ? 0 : ranges.getFirst().first();
        BlobAnswer answer = new BlobAnswer.Kept(wanted.digest(), blob.status(), blob.reader(), size, ranges);
        return firstByte(blob.reader(), first, wanted.writers())
                .onErrorComplete(BlobStoreException.class)
                .onErrorMap(DigestMismatchException.class, BlobPull::wrong)
                .onErrorResume(PullException.class, failure -> blob.byAnother() ? Mono.empty() : Mono.error(failure))
                .flatMap(ready -> wanted.writer()
                        .apply(answer)
                        .onErrorMap(DigestMismatchException.class, BlobPull::wrong)
                        .thenReturn(true));
    }

    private static InvalidContentException wrong(DigestMismatchException mismatch) {
        return new InvalidContentException("what came is wrong: " + mismatch.getMessage());
    }

    /** Who waits is told by the thread that writes the file, and must not keep it: many may begin their answers at once. */
    private static Mono<Integer> firstByte(BlobReader reader, long offset, Scheduler writers) {
        Mono<Integer> ready = reader.ready(offset, 1);
        return reader.isWhole() ? ready : ready.publishOn(writers);
    }

    private boolean isFarAhead(BlobReader reader, List<ByteRange> ranges, Wanted wanted) {
        Duration patience = wanted.isOpenEnded() ? ahead.open() : ahead.bounded();
        return ranges.stream().anyMatch(range -> reader.arrivesIn(range.first()).compareTo(patience) > 0);
    }

    /** The fetch goes on meanwhile, and is waited for where the upstream has no ranges or no answer. */
    private Mono<Boolean> relayed(OpenedBlob blob, long size, List<ByteRange> ranges, Wanted wanted) {
        AtomicBoolean begun = new AtomicBoolean();
        return relay.range(wanted.before(() -> begun.set(true)))
                .onErrorResume(
                        PullException.class,
                        failure -> begun.get() || isNo(failure) ? Mono.error(failure) : Mono.just(false))
                .flatMap(isRelayed -> isRelayed ? Mono.just(true) : kept(blob, size, ranges, wanted));
    }

    private static boolean isNo(PullException failure) {
        return failure instanceof UpstreamStatusException answer && answer.isNo();
    }
}
