package io.sluice.gateway.server;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The {@link FastPath} of one connection, between the handlers that decide what is a request at all and Reactor Netty's,
 * which makes exchanges of them. Answers keep the order of their requests: while one is being answered the long way, those
 * behind it go that way too, and none is answered behind one that ends the connection. Until it has had a request, Reactor
 * Netty reads no further by itself; so what is answered here asks for the next.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty returns the promise; who needs its outcome listens to it
final class FastPathHandler extends ChannelDuplexHandler {

    static final String NAME = "sluice.fastPath";

    private static final Logger log = LoggerFactory.getLogger(FastPathHandler.class);

    private final FastPath fastPath;
    private final AccessLog accessLog;

    /** How many requests have gone the long way whose answers have not been written. */
    private int onTheLongWay;

    /** Whether the answers that are due are the last ones: what is read behind them is answered by nobody. */
    private boolean ends;

    private boolean withinAnswered;
    private boolean answered;
    private boolean waitsForRoom;

    FastPathHandler(FastPath fastPath, AccessLog accessLog) {
        this.fastPath = fastPath;
        this.accessLog = accessLog;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (withinAnswered) {
            withinAnswered = !(message instanceof LastHttpContent);
            ReferenceCountUtil.release(message);
        } else if (message instanceof HttpRequest request) {
            received(context, request);
        } else {
            context.fireChannelRead(message);
        }
    }

    private void received(ChannelHandlerContext context, HttpRequest request) {
        long begun = System.nanoTime();
        FastPath.Answer answer = mayBeAnswered(context, request) ? find(context, request) : null;
        if (answer == null) {
            onTheLongWay++;
            ends |= !HttpUtil.isKeepAlive(request);
            context.fireChannelRead(request);
        } else {
            write(context, request, answer, begun);
        }
    }

    private FastPath.@Nullable Answer find(ChannelHandlerContext context, HttpRequest request) {
        try {
            return fastPath.find(context.channel(), request);
        } catch (RuntimeException e) {
            log.error("A request goes the long way", e);
            return null;
        }
    }

    /** A client that does not take what it has asked for gets no more of it. */
    private boolean mayBeAnswered(ChannelHandlerContext context, HttpRequest request) {
        return onTheLongWay == 0
                && !ends
                && context.channel().isWritable()
                && RequestHeadRules.isRead(request.method())
                && request.protocolVersion().equals(HttpVersion.HTTP_1_1)
                && HttpUtil.isKeepAlive(request);
    }

    private void write(ChannelHandlerContext context, HttpRequest request, FastPath.Answer answer, long begun) {
        answered = true;
        withinAnswered = !(request instanceof LastHttpContent);
        Consumer<Transfer> end = accessLog.fromMemory(request, answer, begun);
        int status = answer.response().status().code();
        int length = answer.response().content().readableBytes();
        context.write(answer.response()).addListener(written -> {
            boolean whole = written.isSuccess();
            end.accept(new Transfer(status, whole ? length : 0, whole));
        });
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (answered) {
            answered = false;
            context.flush();
            readOn(context);
        }
        context.fireChannelReadComplete();
    }

    private void readOn(ChannelHandlerContext context) {
        waitsForRoom = !context.channel().isWritable();
        if (!waitsForRoom && onTheLongWay == 0 && !ends) {
            context.read();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (waitsForRoom) {
            readOn(context);
        }
        context.fireChannelWritabilityChanged();
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (RequestHeadGuard.isEndOfAnswer(message)) {
            onTheLongWay--;
        }
        if (message instanceof HttpResponse response && !HttpUtil.isKeepAlive(response)) {
            ends = true;
        }
        context.write(message, promise);
    }
}
