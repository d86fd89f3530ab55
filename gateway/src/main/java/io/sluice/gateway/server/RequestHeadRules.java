package io.sluice.gateway.server;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.timeout.ReadTimeoutException;
import io.sluice.gateway.error.ErrorAnswer;
import io.sluice.oci.OciError;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;

/**
 * What the head of a request must be to be a request at all (RFC 9112; C16, T32). Netty's decoder refuses bare line
 * feeds, spaces before a colon, repeated lengths and a length beside a transfer coding; this adds what it lets through.
 */
final class RequestHeadRules {

    private static final Pattern ABSOLUTE_FORM = Pattern.compile("(?i)https?://[^/?#]*");
    private static final int MAX_HOST_LENGTH = 255;
    private static final int MAX_ADDRESS_LENGTH = 45;
    private static final int MAX_PORT_LENGTH = 5;
    private static final int MAX_PORT = 65_535;

    private RequestHeadRules() {}

    /** Whether a method only reads; every other one is refused sooner or later, and ends its connection. */
    static boolean isRead(HttpMethod method) {
        return HttpMethod.GET.equals(method) || HttpMethod.HEAD.equals(method);
    }

    /** The answer to a head that is not to be dispatched; none for one that is. */
    static Optional<ErrorAnswer> refusal(HttpRequest request) {
        if (request.decoderResult().isFailure()) {
            return Optional.of(undecodable(request.decoderResult().cause()));
        }
        if (!isKnown(request.protocolVersion())) {
            return Optional.of(refused(505, "expected HTTP/1.1"));
        }
        if (!hasOneHost(request)) {
            return Optional.of(refused(400, "expected one Host that is a host"));
        }
        if (isRead(request.method()) && mayHaveBody(request.headers())) {
            return Optional.of(refused(400, "expected no body with " + request.method()));
        }
        return targetRefusal(request);
    }

    /** Reduces an absolute-form target to the path and query that it is routed by (RFC 9112, 3.2.2). */
    static String originForm(String target) {
        if (target.startsWith("/")) {
            return target;
        }
        String rest = ABSOLUTE_FORM.matcher(target).replaceFirst("");
        return rest.length() == target.length() || rest.startsWith("/") ? rest : "/" + rest;
    }

    private static ErrorAnswer undecodable(Throwable cause) {
        return switch (cause) {
            case TooLongHttpLineException e -> refused(414, "expected a shorter request line");
            case TooLongHttpHeaderException e -> refused(431, "expected smaller headers");
            case ReadTimeoutException e -> refused(408, "the head of the request did not end in time");
            default -> refused(400, "expected an HTTP/1.1 request");
        };
    }

    private static boolean isKnown(HttpVersion version) {
        return HttpVersion.HTTP_1_1.equals(version) || HttpVersion.HTTP_1_0.equals(version);
    }

    private static boolean hasOneHost(HttpRequest request) {
        List<String> hosts = request.headers().getAll(HttpHeaderNames.HOST);
        if (hosts.isEmpty()) {
            return HttpVersion.HTTP_1_0.equals(request.protocolVersion());
        }
        return hosts.size() == 1 && isHost(hosts.getFirst());
    }

    /** A name or an address, one of IPv6 in brackets, and perhaps a port (RFC 9110, 7.2; RFC 3986, 3.2.2). */
    private static boolean isHost(String host) {
        int colon = host.lastIndexOf(':');
        boolean hasPort = colon > host.lastIndexOf(']');
        int end = hasPort ? colon : host.length();
        return (host.startsWith("[") ? isBracketed(host, end) : isName(host, end))
                && (!hasPort || isPort(host, colon + 1));
    }

    private static boolean isName(String host, int end) {
        return end >= 1 && end <= MAX_HOST_LENGTH && all(host, 0, end, RequestHeadRules::isOfName);
    }

    private static boolean isBracketed(String host, int end) {
        int length = end - 2;
        return length >= 2
                && length <= MAX_ADDRESS_LENGTH
                && host.charAt(end - 1) == ']'
                && all(host, 1, end - 1, c -> HexFormat.isHexDigit(c) || c == ':' || c == '.');
    }

    private static boolean isPort(String host, int start) {
        int length = host.length() - start;
        return length >= 1
                && length <= MAX_PORT_LENGTH
                && all(host, start, host.length(), RequestHeadRules::isDigit)
                && Integer.parseInt(host, start, host.length(), 10) <= MAX_PORT;
    }

    private static boolean all(String text, int start, int end, IntPredicate allowed) {
        for (int i = start; i < end; i++) {
            if (!allowed.test(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isOfName(int c) {
        return isAlphanumeric(c) || "._~!$&'()*+,;=-".indexOf(c) >= 0;
    }

    private static boolean isAlphanumeric(int c) {
        return c >= 'a' && c <= 'z' || isDigit(c) || c >= 'A' && c <= 'Z';
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    private static boolean mayHaveBody(HttpHeaders headers) {
        String length = headers.get(HttpHeaderNames.CONTENT_LENGTH);
        return headers.contains(HttpHeaderNames.TRANSFER_ENCODING) || (length != null && !length.equals("0"));
    }

    private static Optional<ErrorAnswer> targetRefusal(HttpRequest request) {
        String target = originForm(request.uri());
        if (!target.startsWith("/")) {
            return Optional.of(isRead(request.method()) ? invalidTarget() : WriteGate.METHOD_NOT_ALLOWED);
        }
        return isUri(target) ? Optional.empty() : Optional.of(invalidTarget());
    }

    /** What java.net.URI, which the request becomes later, takes in ASCII; a fragment is never sent. */
    private static boolean isUri(String target) {
        boolean plain = true;
        for (int i = 0; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c <= ' ' || c > '~' || c == '#') {
                return false;
            }
            plain = plain && isPlain(c);
        }
        return plain || isUriByTheBook(target);
    }

    /** What may stand anywhere in a path or a query, and most requests have nothing but (RFC 3986, section 3.3). */
    private static boolean isPlain(char c) {
        return isAlphanumeric(c) || "-._~:/?=&".indexOf(c) >= 0;
    }

    private static boolean isUriByTheBook(String target) {
        try {
            return new URI("http://host" + target).getRawPath() != null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static ErrorAnswer invalidTarget() {
        return ErrorAnswer.of(400, OciError.Code.NAME_INVALID, "expected a path of plain ASCII as the request target");
    }

    private static ErrorAnswer refused(int status, String expected) {
        return new ErrorAnswer(
                status, new OciError(OciError.Code.UNSUPPORTED, "malformed request: " + expected, null), Map.of());
    }
}
