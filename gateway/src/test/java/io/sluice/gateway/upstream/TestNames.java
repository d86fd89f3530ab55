package io.sluice.gateway.upstream;

import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.InetNameResolver;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;

/** Names that a test gives addresses to; there are no others. */
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
                promise.setSuccess(InetAddress.getByName(address(name)));
            }

            @Override
            protected void doResolveAll(String name, Promise<List<InetAddress>> promise) throws Exception {
                promise.setSuccess(List.of(InetAddress.getByName(address(name))));
            }
        }.asAddressResolver();
    }

    private String address(String name) throws UnknownHostException {
        String address = addresses.get(name);
        if (address == null) {
            throw new UnknownHostException(name);
        }
        return address;
    }
}
