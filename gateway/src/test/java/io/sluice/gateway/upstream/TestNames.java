package io.sluice.gateway.upstream;

import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.InetNameResolver;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Names that a test gives addresses to, with a space between two; there are no others. */
final class TestNames extends AddressResolverGroup<InetSocketAddress> {

    private final Map<String, String> addresses;

    TestNames(Map<String, String> addresses) {
        this.addresses = addresses;
    }

    @Override
    protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
        return new InetNameResolver(executor) {

            @Override
            protected void doResolve(String name, Promise<InetAddress> promise) throws Exception {
                promise.setSuccess(addresses(name).getFirst());
            }

            @Override
            protected void doResolveAll(String name, Promise<List<InetAddress>> promise) throws Exception {
                promise.setSuccess(addresses(name));
            }
        }.asAddressResolver();
    }

    private List<InetAddress> addresses(String name) throws UnknownHostException {
        String all = addresses.get(name);
        if (all == null) {
            throw new UnknownHostException(name);
        }
        List<InetAddress> parsed = new ArrayList<>();
        for (String address : all.split(" ")) {
            parsed.add(InetAddress.getByName(address));
        }
        return parsed;
    }
}
