package io.sluice.gateway.route;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.PropertySourceOrigin;
import org.springframework.boot.origin.SystemEnvironmentOrigin;
import org.springframework.boot.origin.TextResourceOrigin;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.Resource;

/** Says where a value was written, in a form that an operator can open. */
final class Whereabouts {

    private Whereabouts() {}

    /** {@code config/application.yaml:12}, {@code environment variable SLUICE_…}, or what Spring calls the source. */
    static String of(ConfigurationProperty property) {
        return describe(property.getOrigin());
    }

    private static String describe(@Nullable Origin origin) {
        if (origin instanceof TextResourceOrigin text) {
            return line(text);
        }
        if (origin instanceof SystemEnvironmentOrigin variable) {
            return variable(variable.getProperty());
        }
        if (origin instanceof PropertySourceOrigin wrapper) {
            return wrapper.getOrigin() != null ? describe(wrapper.getOrigin()) : inSource(wrapper);
        }
        return origin == null ? "unknown place" : origin.toString();
    }

    private static String inSource(PropertySourceOrigin origin) {
        return origin.getPropertySource() instanceof SystemEnvironmentPropertySource
                ? variable(origin.getPropertyName())
                : origin.toString();
    }

    private static String variable(String name) {
        return "environment variable " + name;
    }

    private static String line(TextResourceOrigin origin) {
        String file = file(origin.getResource());
        return origin.getLocation() == null
                ? file
                : file + ":" + (origin.getLocation().getLine() + 1);
    }

    private static String file(@Nullable Resource resource) {
        if (resource == null) {
            return "unknown file";
        }
        try {
            return resource.getFile().toPath().normalize().toString();
        } catch (IOException inJar) {
            return resource.getDescription();
        }
    }
}
