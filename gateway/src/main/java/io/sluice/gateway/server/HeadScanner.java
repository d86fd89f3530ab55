package io.sluice.gateway.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.timeout.ReadTimeoutException;
import io.netty.util.ByteProcessor;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Watches the bytes of request heads before Netty's decoder does, for what cannot be seen behind it: folded header lines
 * and what the decoder takes for spaces in a request line (RFC 9112, 5.2 and 3; T32), and a head that does not end in
 * time (C17). What it refuses reaches {@link RequestHeadGuard} as a request whose decoding failed.
 *
 * <p>Only GET and HEAD leave a connection open, and they have no body: so a connection's bytes are heads up to and
 * including the first head of another method, and nothing behind that is looked at.
 */
final class HeadScanner extends ChannelInboundHandlerAdapter implements ByteProcessor {

    static final String NAME = "sluice.headScanner";

    private static final byte VERTICAL_TAB = 0x0B;

    /** Where in a head the next byte stands. */
    private enum Position {
        BEFORE_HEAD,
        REQUEST_LINE,
        LINE_START,
        LINE,
        EMPTY_LINE,
        BEHIND_HEADS,
        REFUSED
    }

    private final Duration headTimeout;
    private Position position = Position.BEFORE_HEAD;
    private boolean lastHead;
    private boolean returned;
    private @Nullable Future<?> deadline;

    HeadScanner(Duration headTimeout) {
        this.headTimeout = headTimeout;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof ByteBuf bytes) || position == Position.BEHIND_HEADS) {
            context.fireChannelRead(message);
            return;
        }
        if (position == Position.REFUSED) {
            bytes.release();
            return;
        }
        int refusedAt = scan(bytes);
        if (position == Position.REFUSED) {
            bytes.writerIndex(refusedAt);
        }
        watchDeadline(context);
        context.fireChannelRead(bytes);
        if (position == Position.REFUSED) {
            context.fireChannelRead(failed(new IllegalArgumentException("a folded line, or a blank that is no space")));
        }
    }

    /** Where the byte is that ended the scan, or -1 when all were taken. */
    private int scan(ByteBuf bytes) {
        int end = bytes.writerIndex();
        int next = bytes.readerIndex();
        while (next < end) {
            int at = position == Position.LINE ? endLine(bytes, next, end) : bytes.forEachByte(next, end - next, this);
            if (at < 0 || isOver()) {
                return at;
            }
            next = at + 1;
        }
        return -1;
    }

    /** Most bytes of a head are within its lines, where nothing matters but their end. */
    private int endLine(ByteBuf bytes, int from, int end) {
        int at = bytes.indexOf(from, end, (byte) '\n');
        position = at < 0 ? Position.LINE : Position.LINE_START;
        return at;
    }

    /** Takes the next byte; false where the scan ends or goes on in another way. */
    @Override
    public boolean process(byte value) {
        switch (position) {
            case BEFORE_HEAD -> beforeHead(value);
            case REQUEST_LINE -> requestLine(value);
            case LINE_START -> lineStart(value);
            case EMPTY_LINE -> endHead();
            case LINE, BEHIND_HEADS, REFUSED -> throw new IllegalStateException(position.name());
        }
        return position != Position.LINE && !isOver();
    }

    private void beforeHead(byte value) {
        if (value == '\r' || value == '\n') {
            return;
        }
        lastHead = value != 'G' && value != 'H';
        position = Position.REQUEST_LINE;
        requestLine(value);
    }

    private void requestLine(byte value) {
        if (value == '\n') {
            position = Position.LINE_START;
            returned = false;
        } else if (returned || value == '\t' || value == VERTICAL_TAB || value == '\f') {
            position = Position.REFUSED;
        } else {
            returned = value == '\r';
        }
    }

    private void lineStart(byte value) {
        switch (value) {
            case ' ', '\t' -> position = Position.REFUSED;
            case '\r' -> position = Position.EMPTY_LINE;
            case '\n' -> endHead();
            default -> position = Position.LINE;
        }
    }

    private void endHead() {
        position = lastHead ? Position.BEHIND_HEADS : Position.BEFORE_HEAD;
    }

    /** Whether a head has begun and not ended. */
    boolean isWithinHead() {
        return position != Position.BEFORE_HEAD && !isOver();
    }

    /** Whether nothing that comes is looked at any more. */
    private boolean isOver() {
        return position == Position.BEHIND_HEADS || position == Position.REFUSED;
    }

    private void watchDeadline(ChannelHandlerContext context) {
        if (!isWithinHead()) {
            cancelDeadline();
        } else if (deadline == null) {
            deadline =
                    context.executor().schedule(() -> expire(context), headTimeout.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void expire(ChannelHandlerContext context) {
        position = Position.REFUSED;
        context.fireChannelRead(failed(ReadTimeoutException.INSTANCE));
    }

    private void cancelDeadline() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        cancelDeadline();
        context.fireChannelInactive();
    }

    private static HttpRequest failed(Throwable cause) {
        HttpRequest request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/");
        request.setDecoderResult(DecoderResult.failure(cause));
        return request;
    }
}
