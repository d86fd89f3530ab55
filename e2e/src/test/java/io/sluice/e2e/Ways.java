package io.sluice.e2e;

import io.sluice.e2e.PullClient.Source;

/** How a client reaches each source. */
record Ways<W>(W toGateway, W toRegistry) {

    W to(Source source) {
        return switch (source) {
            case GATEWAY -> toGateway;
            case REGISTRY -> toRegistry;
        };
    }
}
