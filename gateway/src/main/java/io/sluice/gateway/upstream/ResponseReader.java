package io.sluice.gateway.upstream;

import io.netty.buffer.ByteBuf;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Makes something of a successful answer. It is called on an event loop and must not block.
 *
 * @param <T> what it makes
 */
@FunctionalInterface
public interface ResponseReader<T> {

    /**
     * @param head status and headers
     * @param body the body; each buffer is released by the source after it was passed on, so whoever keeps one beyond
     *     {@code onNext} retains it (as with Reactor Netty's {@code ByteBufFlux}). It fails with a
     *     {@code PullException} when the upstream stalls, breaks off, or sends fewer bytes than it announced
     */
    Mono<T> read(ResponseHead head, Flux<ByteBuf> body);
}
