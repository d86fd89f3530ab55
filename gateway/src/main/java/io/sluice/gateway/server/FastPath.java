package io.sluice.gateway.server;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpRequest;
import io.sluice.gateway.metrics.PullRecord;
import org.jspecify.annotations.Nullable;

/**
 * Answers requests of the main port at once, before anything makes exchanges of them, where memory is all it takes. Answers are
 * no longer than what a connection takes without waiting for its client: the limits for slow ones hold on the long way.
 */
public interface FastPath {

    /**
     * What is answered.
     *
     * @param pull what was pulled
     * @param response the whole answer; for a HEAD without its body
     */
    record Answer(PullRecord pull, FullHttpResponse response) {}

    /**
     * The answer to a GET or HEAD, on the event loop of its connection.
     *
     * @return null when the request has to go the long way
     */
    @Nullable
    Answer find(Channel channel, HttpRequest request);
}
