package io.sluice.gateway.upstream;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.dns.DnsAddressResolverGroup;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.resolver.dns.DnsServerAddressStreamProviders;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.Predicate;
import javax.net.ssl.SSLException;
import reactor.core.Disposable;
import reactor.netty.http.Http11SslContextSpec;
import reactor.netty.resources.LoopResources;

/**
 * What every route shares to reach hosts: event loops, the resolver and the trusted authorities.
 *
 * @param loops the event loops; stay the caller's to dispose of
 * @param tls whom to trust; host names are verified in any case
 * @param names resolves names
 * @param anyAddress resolves the hosts of the configuration
 * @param publicAddresses resolves the hosts that upstreams name
 * @param via what this process calls itself
 */
record Network(
        LoopResources loops,
        SslContext tls,
        AddressResolverGroup<InetSocketAddress> names,
        GuardedResolverGroup anyAddress,
        GuardedResolverGroup publicAddresses,
        Via via)
        implements Disposable {

    /** For one question to one server; {@link GuardedResolverGroup#LIMIT} is for all, so a second server may be asked (U02). */
    private static final Duration QUERY_LIMIT = Duration.ofSeconds(1);

    /** How long it is remembered that there is no such name. */
    static final Duration NEGATIVE_TTL = Duration.ofSeconds(5);

    private static final Duration LONGEST_TTL = Duration.ofMinutes(5);

    Network(
            LoopResources loops,
            SslContext tls,
            AddressResolverGroup<InetSocketAddress> names,
            Predicate<InetAddress> isPublic) {
        this(
                loops,
                tls,
                names,
                new GuardedResolverGroup(names, address -> true),
                new GuardedResolverGroup(names, isPublic),
                Via.ofThisProcess());
    }

    /** The hosts file, the name servers and the trusted authorities of this machine. */
    static Network ofThisMachine(LoopResources loops) {
        return new Network(
                loops,
                systemTrust(),
                names(loops, DnsServerAddressStreamProviders.platformDefault()),
                PublicAddresses::contains);
    }

    AddressResolverGroup<InetSocketAddress> resolver(Dial dial) {
        return switch (dial) {
            case REGISTRY, CONFIGURED -> anyAddress;
            case PUBLIC -> publicAddresses;
        };
    }

    private static SslContext systemTrust() {
        try {
            return Http11SslContextSpec.forClient().sslContext();
        } catch (SSLException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Resolves names with the hosts file and name servers. */
    static AddressResolverGroup<InetSocketAddress> names(LoopResources loops, DnsServerAddressStreamProvider servers) {
        EventLoopGroup group = loops.onClient(LoopResources.DEFAULT_NATIVE);
        DnsAddressResolverGroup names = new DnsAddressResolverGroup(new DnsNameResolverBuilder()
                .datagramChannelType(loops.onChannelClass(DatagramChannel.class, group))
                .socketChannelType(loops.onChannelClass(SocketChannel.class, group))
                .nameServerProvider(servers)
                .queryTimeoutMillis(QUERY_LIMIT.toMillis())
                .negativeTtl(Math.toIntExact(NEGATIVE_TTL.toSeconds()))
                .ttl(0, Math.toIntExact(LONGEST_TTL.toSeconds())));
        openAll(names, group);
        return names;
    }

    /**
     * Opens the resolver of each event loop, with its socket, before there are too many files: one that cannot have its
     * socket never asks for it again (K21).
     */
    static void openAll(AddressResolverGroup<InetSocketAddress> names, EventLoopGroup loops) {
        loops.forEach(names::getResolver);
    }

    @Override
    public void dispose() {
        anyAddress.close();
        publicAddresses.close();
        names.close();
    }
}
