package io.sluice.gateway.route;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;

/** Offers the checked configuration; a faulty one stops the start before any port is open. */
@Configuration(proxyBeanMethods = false)
class RouteConfiguration {

    @Bean
    SluiceConfiguration sluiceConfiguration(ConfigurableEnvironment environment) {
        return ConfigurationReader.read(environment);
    }
}
