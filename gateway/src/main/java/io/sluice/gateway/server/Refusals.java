package io.sluice.gateway.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.sluice.gateway.error.ErrorAnswer;

/** Error answers on a connection that has no exchange: the last thing that is written to it. */
final class Refusals {

    private Refusals() {}

    /** The whole answer, which announces that the connection closes behind it. */
    static FullHttpResponse response(ByteBufAllocator allocator, ErrorAnswer answer) {
        ByteBuf body = ByteBufUtil.writeAscii(allocator, answer.error().toJson());
        FullHttpResponse response =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(answer.status()), body);
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON)
                .set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes())
                .set(AccessLog.API_VERSION_HEADER, AccessLog.API_VERSION)
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        answer.headers().forEach(response.headers()::set);
        return response;
    }
}
