package io.sluice.gateway.upstream;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.sluice.oci.Digest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which addresses sent wrong bytes (T01). A digest that came wrong is fetched, for a while, through connections that nobody
 * has used before, and such a connection goes to an address that sent nothing wrong, if the host has one: another edge of a
 * CDN may well have it right. A host with one address is asked there again; no digest is ever refused for what came before.
 */
final class Edges {

    /** How long an address is avoided, and a digest suspect. */
    static final Duration QUARANTINE = Duration.ofMinutes(10);

    private static final int MAX = 10_000;

    private final Cache<Digest, InetAddress> senders =
            Caffeine.newBuilder().maximumSize(MAX).build();
    private final Cache<Digest, Boolean> suspects;
    private final Cache<InetAddress, Boolean> avoided;

    Edges(Ticker ticker) {
        this.suspects = quarantine(ticker);
        this.avoided = quarantine(ticker);
    }

    private static <K> Cache<K, Boolean> quarantine(Ticker ticker) {
        return Caffeine.newBuilder()
                .maximumSize(MAX)
                .expireAfterWrite(QUARANTINE)
                .ticker(ticker)
                .build();
    }

    /** Takes note of who sends a blob, or the rest of one: the last one counts. */
    void sends(Digest blob, SocketAddress sender) {
        if (sender instanceof InetSocketAddress address && !address.isUnresolved()) {
            senders.put(blob, address.getAddress());
        }
    }

    /** What came for a blob was wrong. */
    void distrust(Digest blob) {
        suspects.put(blob, true);
        InetAddress sender = senders.getIfPresent(blob);
        if (sender != null) {
            avoided.put(sender, true);
        }
    }

    /** Whether a blob came wrong lately. */
    boolean isSuspect(@Nullable Digest blob) {
        return blob != null && suspects.getIfPresent(blob) != null;
    }

    /** Those of a host's addresses that sent nothing wrong lately; all of them when there is no such one. */
    List<? extends SocketAddress> preferred(List<? extends SocketAddress> addresses) {
        List<? extends SocketAddress> others =
                addresses.stream().filter(address -> !isAvoided(address)).toList();
        return others.isEmpty() ? addresses : others;
    }

    private boolean isAvoided(SocketAddress address) {
        return address instanceof InetSocketAddress inet
                && inet.getAddress() != null
                && avoided.getIfPresent(inet.getAddress()) != null;
    }
}
