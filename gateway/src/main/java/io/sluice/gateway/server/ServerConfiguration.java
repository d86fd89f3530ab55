package io.sluice.gateway.server;

import io.sluice.gateway.metrics.GatewayMetrics;
import org.springframework.boot.autoconfigure.context.LifecycleProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.netty.resources.LoopResources;

/** The edge of the main port. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ServerSettings.class)
public class ServerConfiguration {

    @Bean
    AccessLog accessLog(ApplicationContext context, GatewayMetrics metrics) {
        return new AccessLog(context, metrics);
    }

    @Bean(initMethod = "start", destroyMethod = "stop")
    AccessLogQueue accessLogQueue(GatewayMetrics metrics) {
        AccessLogQueue queue = new AccessLogQueue(AccessLog.LOGGER);
        metrics.droppedAccessLines(queue::dropped);
        return queue;
    }

    @Bean
    WriteGate writeGate(ApplicationContext context) {
        return new WriteGate(context);
    }

    @Bean
    ClientLimit clientLimit(ServerSettings settings, ApplicationContext context, GatewayMetrics metrics) {
        return new ClientLimit(settings.maxRequestsPerAddress(), context, metrics);
    }

    @Bean(destroyMethod = "dispose")
    LoopResources clientLoops() {
        return ClientLoops.start();
    }

    @Bean
    ConnectionHardening connectionHardening(
            ServerSettings settings, AccessLog accessLog, FastPath fastPath, Drain drain, LoopResources clientLoops) {
        return new ConnectionHardening(settings, accessLog, fastPath, drain, clientLoops);
    }

    @Bean
    ClientCiphers clientCiphers() {
        return new ClientCiphers();
    }

    @Bean
    TlsProvider tlsProvider(GatewayMetrics metrics) {
        return TlsProvider.ofThisProcess().shownBy(metrics);
    }

    @Bean
    Drain drain(ServerSettings settings, LifecycleProperties lifecycle) {
        return new Drain(settings.shutdownDelay(), lifecycle.getTimeoutPerShutdownPhase());
    }
}
