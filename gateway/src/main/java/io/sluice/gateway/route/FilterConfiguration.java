package io.sluice.gateway.route;

import io.sluice.gateway.pull.Pulls;
import io.sluice.gateway.upstream.RegistryFactory;
import java.util.List;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The filters, by their names also at hand for routes of Spring Cloud Gateway, and the routes made of them. */
@Configuration(proxyBeanMethods = false)
class FilterConfiguration {

    @Bean
    Upstreams upstreams(SluiceConfiguration configuration, RegistryFactory registries) {
        return new Upstreams(configuration.routes(), registries::open);
    }

    @Bean
    RequestGate requestGate(RouteTable routes, RegistryFactory registries, ApplicationContext context) {
        return new RequestGate(routes, registries::hasSent, context);
    }

    @Bean
    RewriteRepositoryGatewayFilterFactory rewriteRepository() {
        return new RewriteRepositoryGatewayFilterFactory();
    }

    @Bean
    SelectCredentialGatewayFilterFactory selectCredential(Upstreams upstreams) {
        return new SelectCredentialGatewayFilterFactory(upstreams);
    }

    @Bean
    ResolveDigestGatewayFilterFactory resolveDigest(Pulls pulls, Upstreams upstreams) {
        return new ResolveDigestGatewayFilterFactory(pulls.manifests(), upstreams);
    }

    @Bean
    ServeBlobGatewayFilterFactory serveBlob(Pulls pulls, Upstreams upstreams) {
        return new ServeBlobGatewayFilterFactory(pulls.blobs(), upstreams);
    }

    @Bean
    ServeListsGatewayFilterFactory serveLists(Pulls pulls, Upstreams upstreams) {
        return new ServeListsGatewayFilterFactory(pulls.lists(), upstreams);
    }

    @Bean
    SluiceRouteLocator sluiceRouteLocator(
            SluiceConfiguration configuration,
            RewriteRepositoryGatewayFilterFactory rewrite,
            SelectCredentialGatewayFilterFactory select,
            ResolveDigestGatewayFilterFactory manifests,
            ServeBlobGatewayFilterFactory blobs,
            ServeListsGatewayFilterFactory lists) {
        GatewayFilter manifest = manifests.apply(new Object());
        GatewayFilter blob = blobs.apply(new Object());
        GatewayFilter list = lists.apply(new Object());
        return new SluiceRouteLocator(
                configuration.routes(),
                route -> List.of(rewrite.forRoute(route), select.forRoute(route), manifest, blob, list));
    }
}
