package io.sluice.gateway.pull;

import io.netty.buffer.ByteBuf;
import io.sluice.cache.blob.BlobReader;
import io.sluice.oci.ByteRange;
import io.sluice.oci.Digest;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** A blob, or some of it, on its way to a client. */
public sealed interface BlobAnswer {

    /** The blob. */
    Digest digest();

    /** How the cache came by it. */
    CacheStatus status();

    /**
     * Bytes of a file, whole or growing. The first of them is there already, so that nothing but an abort is left to say
     * when the others do not come.
     *
     * @param digest the blob
     * @param status how the cache came by it
     * @param reader where the bytes are; stays its giver's to close
     * @param size the length of the whole blob, bytes, or -1 when it is not known
     * @param ranges what of it is sent, in this order: none for all (200), one, or several as {@code multipart/byteranges}
     */
    record Kept(Digest digest, CacheStatus status, BlobReader reader, long size, List<ByteRange> ranges)
            implements BlobAnswer {

        public Kept {
            ranges = List.copyOf(ranges);
        }
    }

    /**
     * Bytes that pass through and are not kept.
     *
     * @param digest the blob
     * @param status how the cache came by it
     * @param partial whether it is only some of it (206)
     * @param length the length of the body, bytes, or -1 when the upstream did not say
     * @param contentType the media type: that of a blob, or {@code multipart/byteranges}
     * @param contentRange the value of {@code Content-Range}, or null
     * @param body the bytes; their receiver releases them
     */
    record Passing(
            Digest digest,
            CacheStatus status,
            boolean partial,
            long length,
            String contentType,
            @Nullable String contentRange,
            Flux<ByteBuf> body)
            implements BlobAnswer {}
}
