package io.sluice.gateway.pull;

import io.netty.buffer.ByteBuf;
import io.sluice.oci.Digest;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/**
 * A blob, or some of it, on its way to a client.
 *
 * @param digest the blob
 * @param partial whether it is only some of it (206)
 * @param length the length of the body, bytes, or -1 when the upstream did not say
 * @param contentType the media type: that of a blob, or {@code multipart/byteranges}
 * @param contentRange the value of {@code Content-Range}, or null
 * @param body the bytes; their receiver releases them
 */
public record BlobAnswer(
        Digest digest,
        boolean partial,
        long length,
        String contentType,
        @Nullable String contentRange,
        Flux<ByteBuf> body) {}
