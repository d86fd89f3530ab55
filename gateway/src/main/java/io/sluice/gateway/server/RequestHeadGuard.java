package io.sluice.gateway.server;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.sluice.gateway.error.ErrorAnswer;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Lets requests through to the application that are requests by {@link RequestHeadRules}, and answers the others itself,
 * in their turn behind the answers that are still due, and closes (C16). It is the last word on a connection's end:
 *
 * <ul>
 *   <li>after a refusal, and after a request of a method that writes, nothing more is read as a request;
 *   <li>a body is never shown to anyone, nor asked for with {@code 100 Continue} (C15);
 *   <li>a client that has shut its side down still gets what is due to it, and then the connection closes (C21); one that
 *       has reset it does not;
 *   <li>at most {@value #MAX_PIPELINED} requests wait on one connection, one more closes it (C11).
 * </ul>
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty returns the promise; who needs its outcome listens to it
final class RequestHeadGuard extends ChannelDuplexHandler {

    static final String NAME = "sluice.requestHeadGuard";

    private static final int MAX_PIPELINED = 100;

    private final AccessLog accessLog;
    private int due;
    private boolean ended;
    private boolean clientDone;
    private @Nullable ErrorAnswer refusal;

    RequestHeadGuard(AccessLog accessLog) {
        this.accessLog = accessLog;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (ended) {
            ReferenceCountUtil.release(message);
        } else if (message instanceof HttpRequest request) {
            received(context, request);
        } else {
            context.fireChannelRead(message);
        }
    }

    private void received(ChannelHandlerContext context, HttpRequest request) {
        Optional<ErrorAnswer> refused = RequestHeadRules.refusal(request);
        if (refused.isPresent()) {
            ended = true;
            refusal = refused.get();
            accessLog.refused(request, refusal.status());
            ReferenceCountUtil.release(request);
            refuseInTurn(context);
            return;
        }
        due++;
        request.setUri(RequestHeadRules.originForm(request.uri()));
        if (due > MAX_PIPELINED) {
            ended = true;
            ReferenceCountUtil.release(request);
            context.close();
        } else if (RequestHeadRules.isRead(request.method())) {
            context.fireChannelRead(request);
        } else {
            passLast(context, request);
        }
    }

    /** Passes a request on as one without a body; what its client goes on to send is no longer read. */
    private void passLast(ChannelHandlerContext context, HttpRequest request) {
        ended = true;
        HttpUtil.setKeepAlive(request, false);
        request.headers().remove(HttpHeaderNames.EXPECT);
        context.fireChannelRead(request);
        context.fireChannelRead(LastHttpContent.EMPTY_LAST_CONTENT);
        context.channel().config().setAutoRead(false);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (!isEndOfAnswer(message)) {
            context.write(message, promise);
            return;
        }
        context.write(message, promise.unvoid()).addListener(written -> answered(context));
    }

    /** Whether an answer ends with this message; one that only says that it is to come does not end. */
    static boolean isEndOfAnswer(Object message) {
        boolean interim = message instanceof HttpResponse response
                && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
        return message instanceof LastHttpContent && !interim;
    }

    private void answered(ChannelHandlerContext context) {
        due--;
        refuseInTurn(context);
        if (due == 0 && clientDone && refusal == null) {
            context.channel().close();
        }
    }

    private void refuseInTurn(ChannelHandlerContext context) {
        if (refusal != null && due == 0) {
            context.writeAndFlush(Refusals.response(context.alloc(), refusal))
                    .addListener(written -> context.channel().close());
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            clientDone = true;
            if (due == 0 && refusal == null) {
                context.channel().close();
            }
        }
        context.fireUserEventTriggered(event);
    }

    /** A connection that cannot be read has broken: to Netty it looks half closed, and it would wait for the next write. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException) {
            context.close();
        }
        context.fireExceptionCaught(cause);
    }

    /** There is nothing left to read behind a client's end, and asking epoll for it fails the connection. */
    @Override
    public void read(ChannelHandlerContext context) {
        if (!clientDone) {
            context.read();
        }
    }

    @Override
    public void close(ChannelHandlerContext context, ChannelPromise promise) {
        boolean clientMaySend = ended && !clientDone;
        if (clientMaySend && context.channel().isActive()) {
            LingeringClose.begin(context.pipeline(), promise);
        } else {
            context.close(promise);
        }
    }
}
