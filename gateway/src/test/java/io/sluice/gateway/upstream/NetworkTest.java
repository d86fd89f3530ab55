package io.sluice.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import reactor.netty.resources.LoopResources;

class NetworkTest {

    private final List<EventExecutor> opened = new ArrayList<>();

    @Test
    @DisplayName("K21: every event loop has its resolver before there can be too many files")
    void everyEventLoopHasItsResolver() {
        LoopResources loops = LoopResources.create("network-test", 3, true);
        try (AddressResolverGroup<InetSocketAddress> names = recording()) {
            EventLoopGroup group = loops.onClient(LoopResources.DEFAULT_NATIVE);

            Network.openAll(names, group);

            assertThat(opened).hasSize(3).contains(group.next());
        } finally {
            loops.disposeLater().block(Upstreams.LIMIT);
        }
    }

    @Test
    @DisplayName(
            "U02: a name that does not exist is asked for once in five seconds, and one whose servers are silent ends at 2 s")
    void aNameThatIsNotThereIsRememberedForAShortWhile() throws Exception {
        LoopResources loops = LoopResources.create("names-test", 1, true);
        try (FakeNameServer server = new FakeNameServer();
                AddressResolverGroup<InetSocketAddress> names = Network.names(loops, server.provider());
                GuardedResolverGroup guarded = new GuardedResolverGroup(names, address -> true)) {
            EventLoop loop = loops.onClient(LoopResources.DEFAULT_NATIVE).next();
            AddressResolver<InetSocketAddress> resolver = guarded.getResolver(loop);

            assertUnknown(resolver, "nowhere.example.com.");
            // Who waits is told before it is remembered.
            loop.submit(() -> {}).await();
            assertUnknown(resolver, "nowhere.example.com.");
            assertThat(server.questions()).isNotEmpty().doesNotHaveDuplicates();
            assertThat(Network.NEGATIVE_TTL).isLessThanOrEqualTo(Duration.ofSeconds(5));

            server.fallSilent();
            long start = System.nanoTime();
            assertUnknown(resolver, "silent.example.com.");
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isLessThan(GuardedResolverGroup.LIMIT.plusMillis(900));
        } finally {
            loops.disposeLater().block(Upstreams.LIMIT);
        }
    }

    private static void assertUnknown(AddressResolver<InetSocketAddress> resolver, String name) throws Exception {
        Future<InetSocketAddress> address =
                resolver.resolve(InetSocketAddress.createUnresolved(name, 443)).await();
        assertThat(address.cause()).isInstanceOf(UnknownHostException.class);
    }

    private AddressResolverGroup<InetSocketAddress> recording() {
        return new AddressResolverGroup<>() {

            private final TestNames names = new TestNames(Map.of());

            @Override
            protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
                opened.add(executor);
                return names.newResolver(executor);
            }
        };
    }
}
