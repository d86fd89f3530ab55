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
        SpringApplication application = new SpringApplication(SluiceApplication.class);
        // Spring takes the class of main, which TrainingRun has too, and looks for the prepared context beside it.
        application.setMainApplicationClass(SluiceApplication.class);
        application.addListeners(new PreparedContext());
        ConfigurableApplicationContext context = application.run(arguments);
        signals.onInterrupt(context.getBean(Drain.class)::skipDelay);
        StopSignals.onHangUp(context.getBean(ConfigurationReload.class)::now);
        return context;
    }
}
