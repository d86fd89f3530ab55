package io.sluice.gateway;

import io.sluice.gateway.route.ConfigurationReload;
import io.sluice.gateway.server.Drain;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** Starts the gateway. */
@SpringBootApplication
public class SluiceApplication {

    public static void main(String[] arguments) {
        start(arguments);
    }

    /** Returns when it serves. */
    static ConfigurableApplicationContext start(String... arguments) {
        StopSignals signals = StopSignals.take();
        ConfigurableApplicationContext context = SpringApplication.run(SluiceApplication.class, arguments);
        signals.onInterrupt(context.getBean(Drain.class)::skipDelay);
        StopSignals.onHangUp(context.getBean(ConfigurationReload.class)::now);
        return context;
    }
}
