package io.sluice.gateway.error;

import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** How failures are answered on the main port. */
@Configuration(proxyBeanMethods = false)
public class ErrorConfiguration {

    @Bean
    OciErrorHandler ociErrorHandler(ApplicationContext context) {
        return new OciErrorHandler(context);
    }
}
