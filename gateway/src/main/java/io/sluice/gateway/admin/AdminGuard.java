package io.sluice.gateway.admin;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;

/**
 * Who may act: whoever has the token; without one whoever is on this machine, as long as the port is reached from nowhere
 * else. A browser on this machine is nobody's hand: what a page of another origin, or of a name that was made to lead here,
 * lets it send is refused.
 */
public final class AdminGuard {

    private static final String BEARER = "Bearer ";

    private final @Nullable String token;
    private final boolean onLoopback;

    /**
     * @param token what authenticates, or null
     * @param address where the management port listens, or null for everywhere
     */
    public AdminGuard(@Nullable String token, @Nullable InetAddress address) {
        this.token = token;
        this.onLoopback = address != null && address.isLoopbackAddress();
    }

    /** Whether anybody may act at all. */
    public boolean isOpen() {
        return token != null || onLoopback;
    }

    /** Why a request is refused; empty when it is not. */
    Optional<AdminAnswer> refusal(ServerHttpRequest request) {
        HttpHeaders headers = request.getHeaders();
        if (!isOpen()) {
            return refused(404, "off: the management port is not on loopback, and there is no sluice.admin.token");
        }
        if (!request.getMethod().equals(HttpMethod.POST)) {
            return refused(405, "expected POST");
        }
        if (headers.getOrigin() != null) {
            return refused(403, "not for browsers");
        }
        if (token != null) {
            return hasToken(headers) ? ofBody(headers) : refused(401, "expected the token: Authorization: Bearer …");
        }
        return isFromHere(request.getRemoteAddress()) && isNamedHere(headers)
                ? ofBody(headers)
                : refused(403, "only from this machine, by a name or address of its loopback");
    }

    private static Optional<AdminAnswer> refused(int status, String why) {
        return Optional.of(AdminAnswer.refused(status, why));
    }

    private boolean hasToken(HttpHeaders headers) {
        String given = headers.getFirst(HttpHeaders.AUTHORIZATION);
        return given != null
                && token != null
                && given.regionMatches(true, 0, BEARER, 0, BEARER.length())
                && MessageDigest.isEqual(bytes(given.substring(BEARER.length())), bytes(token));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static boolean isFromHere(@Nullable InetSocketAddress client) {
        return client != null
                && client.getAddress() != null
                && client.getAddress().isLoopbackAddress();
    }

    /** A name that merely leads here, such as a rebound one of an attacker's, is none of ours. */
    private static boolean isNamedHere(HttpHeaders headers) {
        String host = headers.getFirst(HttpHeaders.HOST);
        if (host == null) {
            return false;
        }
        String name = host.toLowerCase(Locale.ROOT).replaceFirst(":\\d+$", "");
        return name.equals("localhost") || name.equals("[::1]") || name.matches("127(\\.\\d{1,3}){3}");
    }

    /** No page can send this type to another origin without asking first, which nobody here answers. */
    private static Optional<AdminAnswer> ofBody(HttpHeaders headers) {
        try {
            MediaType type = headers.getContentType();
            boolean json = type != null && type.equalsTypeAndSubtype(MediaType.APPLICATION_JSON);
            return json ? Optional.empty() : refused(415, "expected Content-Type: application/json");
        } catch (InvalidMediaTypeException e) {
            return refused(415, "expected Content-Type: application/json");
        }
    }
}
