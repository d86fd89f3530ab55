package io.sluice.benchmarks.client;

import io.sluice.oci.Digest;
import io.sluice.testing.HttpHead;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * The answer to one request, read in pieces of any size. Of the body only the length is kept, and its hash where it is
 * wanted. Anything but a 200 of the expected length is an error.
 */
final class ResponseReader {

    private static final int MAX_HEAD_LENGTH = 32 * 1024;
    private static final String END_OF_HEAD = "\r\n\r\n";

    private final Digest digest;
    private final long size;
    private final long bodySize;
    private final @Nullable MessageDigest hash;
    private final ByteArrayOutputStream head = new ByteArrayOutputStream(512);
    private int matched;
    private long received;

    /**
     * Expects a blob or a manifest, or the head of one.
     *
     * @param hashing whether its bytes are compared with its digest, which costs time; its length always is
     */
    ResponseReader(Target target, boolean hashing) {
        this.digest = target.digest();
        this.size = target.size();
        this.bodySize = target.bodySize();
        this.hash = hashing && bodySize == size ? digest.algorithm().newMessageDigest() : null;
    }

    /** How many bytes of the body have come. */
    long received() {
        return received;
    }

    boolean isComplete() {
        return hasHead() && received == bodySize;
    }

    /** Takes everything that the buffer has left. */
    void accept(ByteBuffer bytes) throws IOException {
        while (!hasHead() && bytes.hasRemaining()) {
            acceptHead(bytes.get());
        }
        if (bytes.hasRemaining()) {
            acceptBody(bytes);
        }
    }

    private boolean hasHead() {
        return matched == END_OF_HEAD.length();
    }

    private void acceptHead(byte next) throws IOException {
        if (head.size() == MAX_HEAD_LENGTH) {
            throw new ProtocolException("a head of more than " + MAX_HEAD_LENGTH + " bytes");
        }
        head.write(next);
        matched = next == END_OF_HEAD.charAt(matched) ? matched + 1 : next == '\r' ? 1 : 0;
        if (hasHead()) {
            check(new HttpHead(head.toString(StandardCharsets.ISO_8859_1)));
        }
    }

    private void check(HttpHead complete) throws IOException {
        String statusLine = complete.startLine();
        if (!statusLine.startsWith("HTTP/1.1 200 ")) {
            throw new ProtocolException("answered with " + statusLine);
        }
        String length = complete.header("Content-Length").orElse("none");
        if (!length.equals(Long.toString(size))) {
            throw new ProtocolException("a Content-Length of " + length + " instead of " + size);
        }
    }

    private void acceptBody(ByteBuffer bytes) throws IOException {
        received += bytes.remaining();
        if (received > bodySize) {
            throw new ProtocolException("more bytes than the " + bodySize + " that were to come");
        }
        if (hash != null) {
            hash.update(bytes);
            checkHash(hash);
        }
    }

    private void checkHash(MessageDigest hash) throws IOException {
        if (received < size) {
            return;
        }
        Digest actual = Digest.of(digest.algorithm(), hash.digest());
        if (!actual.equals(digest)) {
            throw new ProtocolException("the bytes of " + actual + " instead of " + digest);
        }
    }
}
