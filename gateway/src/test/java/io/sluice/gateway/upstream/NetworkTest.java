package io.sluice.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoopGroup;
import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetSocketAddress;
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
