package io.sluice.gateway.upstream;

import io.netty.resolver.AbstractAddressResolver;
import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Resolves names within a time limit and hands out only addresses that may be dialled. It stands between every name, or
 * address written as a number, and the connect, so that what is checked is what is dialled (T04, T05, U25).
 */
final class GuardedResolverGroup extends AddressResolverGroup<InetSocketAddress> {

    /** How long all questions about one name may take together (U02). */
    static final Duration LIMIT = Duration.ofSeconds(2);

    private final AddressResolverGroup<InetSocketAddress> names;
    private final Predicate<InetAddress> allowed;

    /**
     * @param names resolves names; stays the caller's to close
     * @param allowed which addresses may be dialled; one that may not forbids the whole host
     */
    GuardedResolverGroup(AddressResolverGroup<InetSocketAddress> names, Predicate<InetAddress> allowed) {
        this.names = names;
        this.allowed = allowed;
    }

    @Override
    protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
        return new GuardedResolver(executor, names.getResolver(executor));
    }

    private final class GuardedResolver extends AbstractAddressResolver<InetSocketAddress> {

        private final AddressResolver<InetSocketAddress> resolver;

        GuardedResolver(EventExecutor executor, AddressResolver<InetSocketAddress> resolver) {
            super(executor, InetSocketAddress.class);
            this.resolver = resolver;
        }

        /** Never, so that an address written as a number is looked at as well. */
        @Override
        protected boolean doIsResolved(InetSocketAddress address) {
            return false;
        }

        @Override
        protected void doResolve(InetSocketAddress unresolved, Promise<InetSocketAddress> promise) {
            Promise<List<InetSocketAddress>> all = executor().newPromise();
            all.addListener((Future<List<InetSocketAddress>> done) -> {
                if (done.isSuccess()) {
                    promise.trySuccess(done.getNow().getFirst());
                } else {
                    promise.tryFailure(done.cause());
                }
            });
            doResolveAll(unresolved, all);
        }

        @Override
        protected void doResolveAll(InetSocketAddress unresolved, Promise<List<InetSocketAddress>> promise) {
            if (!unresolved.isUnresolved()) {
                settle(unresolved, List.of(unresolved), promise);
                return;
            }
            Future<?> limit =
                    executor().schedule(() -> giveUp(unresolved, promise), LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            resolver.resolveAll(unresolved).addListener((Future<List<InetSocketAddress>> done) -> {
                limit.cancel(false);
                if (done.isSuccess()) {
                    settle(unresolved, done.getNow(), promise);
                } else {
                    promise.tryFailure(done.cause());
                }
            });
        }

        private void settle(
                InetSocketAddress host, List<InetSocketAddress> addresses, Promise<List<InetSocketAddress>> promise) {
            if (addresses.stream().map(InetSocketAddress::getAddress).allMatch(allowed)) {
                promise.trySuccess(addresses);
            } else {
                promise.tryFailure(new ForbiddenAddressException(host.getHostString()));
            }
        }

        private static void giveUp(InetSocketAddress host, Promise<List<InetSocketAddress>> promise) {
            promise.tryFailure(new UnknownHostException(
                    host.getHostString() + " was not resolved within " + LIMIT.toMillis() + " ms"));
        }
    }
}
