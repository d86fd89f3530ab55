package io.sluice.gateway.route;

import io.sluice.gateway.metrics.Kind;
import io.sluice.gateway.pull.BlobPull;
import io.sluice.gateway.pull.PullTarget;
import io.sluice.gateway.route.Routing.Active;
import io.sluice.oci.Digest;
import io.sluice.oci.DistributionRequest.BlobRequest;
import java.util.function.BooleanSupplier;
import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Answers pulls of blobs that are held or arriving in front of Spring Cloud Gateway, of whose routes none is needed for them.
 * They are answered by the same routing, policy and rules as behind it, and in the same words; everything else goes on.
 */
final class BlobsOnHand implements WebFilter, Ordered {

    /** Behind the gate, where it is known what is asked for. */
    private static final int ORDER = RequestGate.ORDER + 1;

    private final BlobPull pulls;
    private final BooleanSupplier othersMayAnswer;

    /** @param othersMayAnswer whether a request may be for a route that is not in our configuration */
    BlobsOnHand(BlobPull pulls, BooleanSupplier othersMayAnswer) {
        this.pulls = pulls;
        this.othersMayAnswer = othersMayAnswer;
    }

    @Override
    public int getOrder() {
        return ORDER;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        RoutedPull pull = RoutedPull.of(exchange).orElse(null);
        if (pull == null || othersMayAnswer.getAsBoolean() || !(pull.request() instanceof BlobRequest blob)) {
            return chain.filter(exchange);
        }
        return pull.active()
                .filter(route -> isGet(exchange, blob.digest()))
                .map(route -> answer(exchange, route, blob, chain))
                .orElseGet(() -> chain.filter(exchange));
    }

    /** Whether more than headers is asked for. */
    private static boolean isGet(ServerWebExchange exchange, Digest digest) {
        return !PullResponse.isHead(exchange) && !PullResponse.isKnownToClient(exchange, digest);
    }

    private Mono<Void> answer(ServerWebExchange exchange, Active route, BlobRequest blob, WebFilterChain chain) {
        PullTarget target = route.target(blob.repository());
        PullResponse.begin(exchange, target, Kind.BLOB);
        return pulls.getOnHand(BlobExchange.wanted(exchange, target, blob.digest()))
                .switchIfEmpty(Mono.defer(() -> chain.filter(exchange).thenReturn(true)))
                .then();
    }
}
