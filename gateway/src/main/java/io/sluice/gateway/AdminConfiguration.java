package io.sluice.gateway;

import io.sluice.gateway.admin.AdminActions;
import io.sluice.gateway.admin.AdminGuard;
import io.sluice.gateway.admin.AdminPort;
import io.sluice.gateway.metrics.GatewayMetrics;
import io.sluice.gateway.pull.PinnedContent;
import io.sluice.gateway.pull.Pulls;
import io.sluice.gateway.pull.UpstreamDirectory;
import io.sluice.gateway.route.SluiceConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementServerProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What an operator may do to the cache, on the management port. */
@Configuration(proxyBeanMethods = false)
class AdminConfiguration {

    @Bean
    AdminActions adminActions(UpstreamDirectory upstreams, Pulls pulls, Pulls.Stores stores, PinnedContent pinned) {
        return new AdminActions(upstreams, pulls, stores, pinned);
    }

    @Bean
    AdminPort adminPort(
            ApplicationContext context,
            SluiceConfiguration configuration,
            ManagementServerProperties management,
            AdminActions actions,
            GatewayMetrics metrics) {
        AdminGuard guard = new AdminGuard(configuration.admin().token(), management.getAddress());
        return new AdminPort(context, guard, actions, metrics);
    }
}
