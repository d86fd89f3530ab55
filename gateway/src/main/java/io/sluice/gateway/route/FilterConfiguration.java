package io.sluice.gateway.route;

import io.sluice.gateway.pull.Pulls;
import io.sluice.gateway.upstream.RegistryFactory;
import java.util.List;
import java.util.stream.Collectors;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The filters, by their names also at hand for routes of Spring Cloud Gateway, and the routes made of them. */
@Configuration(proxyBeanMethods = false)
class FilterConfiguration {

    @Bean
    Upstreams upstreams(RegistryFactory registries) {
        return new Upstreams(registries::open);
    }

    @Bean
    RequestGate requestGate(CurrentRouting routes, RegistryFactory registries, ApplicationContext context) {
        return new RequestGate(routes, registries::hasSent, context);
    }

    @Bean
    OtherRoutes otherRoutes(RouteLocator routes, SluiceRouteLocator ours) {
        return new OtherRoutes(routes, ours);
    }

    @Bean
    MemoryAnswers memoryAnswers(CurrentRouting routes, Pulls pulls, OtherRoutes others) {
        return new MemoryAnswers(routes, pulls, others::mayAnswer);
    }

    @Bean
    BlobsOnHand blobsOnHand(Pulls pulls, OtherRoutes others) {
        return new BlobsOnHand(pulls.blobs(), others::mayAnswer);
    }

    @Bean
    RewriteRepositoryGatewayFilterFactory rewriteRepository() {
        return new RewriteRepositoryGatewayFilterFactory();
    }

    @Bean
    SelectCredentialGatewayFilterFactory selectCredential(SluiceConfiguration configuration) {
        return new SelectCredentialGatewayFilterFactory(
                configuration.routes().stream().map(RouteSettings::name).collect(Collectors.toSet()));
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
    CurrentRouting currentRouting(
            SluiceConfiguration configuration,
            RegistryFactory registries,
            RewriteRepositoryGatewayFilterFactory rewrite,
            SelectCredentialGatewayFilterFactory select,
            ResolveDigestGatewayFilterFactory manifests,
            ServeBlobGatewayFilterFactory blobs,
            ServeListsGatewayFilterFactory lists) {
        GatewayFilter manifest = manifests.apply(new Object());
        GatewayFilter blob = blobs.apply(new Object());
        GatewayFilter list = lists.apply(new Object());
        CurrentRouting routing = new CurrentRouting(
                registries, route -> List.of(rewrite.forRoute(route), select.forRoute(route), manifest, blob, list));
        routing.switchTo(configuration.routes());
        return routing;
    }

    @Bean
    SluiceRouteLocator sluiceRouteLocator() {
        return new SluiceRouteLocator();
    }
}
