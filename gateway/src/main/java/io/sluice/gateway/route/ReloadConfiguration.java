package io.sluice.gateway.route;

import io.sluice.gateway.metrics.GatewayMetrics;
import io.sluice.gateway.pull.PinnedContent;
import java.util.Map;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;

/** What follows when the configuration changes. */
@Configuration(proxyBeanMethods = false)
class ReloadConfiguration {

    @Bean(destroyMethod = "close")
    ConfigurationReload configurationReload(
            ConfigurableEnvironment environment,
            SluiceConfiguration configuration,
            CurrentRouting routing,
            PinnedContent pinned,
            GatewayMetrics metrics) {
        ConfigurationFiles files = new ConfigurationFiles(environment);
        Map<String, Object> springs = files.read() instanceof Reading.Valid read ? read.springs() : Map.of();
        return new ConfigurationReload(
                files::read,
                new Reading.Valid(configuration, springs),
                changed -> {
                    routing.switchTo(changed.routes());
                    pinned.follow(changed.pins());
                },
                metrics);
    }

    @Bean
    ApplicationListener<ApplicationReadyEvent> beginsToLook(ConfigurationReload reload) {
        return ready -> reload.start();
    }
}
