package io.sluice.cache.disk;

import io.sluice.cache.blob.BlobStoreException;
import io.sluice.cache.disk.BlobIndex.Entry;
import io.sluice.cache.disk.BlobIndex.Position;
import io.sluice.oci.Digest;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.function.Predicate;

/** Reads the files again, one after the other and at a pace that nobody notices; what has changed goes into quarantine. */
final class Scrub {

    private static final int STEP = 1024 * 1024;

    private final Disk disk;
    private final Holdings holdings;
    private final OpenBlobs open;
    private final Duration pausePerStep;

    /** @param rate bytes a second */
    Scrub(Disk disk, Holdings holdings, OpenBlobs open, long rate) {
        this.disk = disk;
        this.holdings = holdings;
        this.open = open;
        this.pausePerStep = Duration.ofNanos((long) (STEP * 1e9 / rate));
    }

    /**
     * Reads every file that is held. Blocks.
     *
     * @param pause waits so long; true when it is time to end
     */
    void round(Predicate<Duration> pause) {
        Position position = new Position();
        Entry entry = holdings.index().next(position);
        while (entry != null && read(entry, pause)) {
            entry = holdings.index().next(position);
        }
    }

    private boolean read(Entry entry, Predicate<Duration> pause) {
        Digest digest = entry.digest();
        try (FileChannel channel = disk.files().open(disk.paths().file(digest))) {
            MessageDigest hash = digest.algorithm().newMessageDigest();
            for (long at = 0; at < entry.size(); at += STEP) {
                if (pause.test(pausePerStep)) {
                    return false;
                }
                disk.reading().hash(channel, at, Math.min(entry.size(), at + STEP), hash);
            }
            judge(entry, Digest.of(digest.algorithm(), hash.digest()), channel.size());
        } catch (IOException | BlobStoreException e) {
            if (holdings.index().size(digest) >= 0) {
                damaged(digest, e);
            }
        }
        return true;
    }

    private void judge(Entry entry, Digest actual, long size) {
        if (actual.equals(entry.digest()) && size == entry.size()) {
            holdings.index().verified(entry.digest());
        } else {
            damaged(entry.digest(), new BlobStoreException("it hashes to " + actual));
        }
    }

    private void damaged(Digest digest, Exception cause) {
        open.alone(digest, () -> holdings.quarantine(digest, cause));
    }
}
