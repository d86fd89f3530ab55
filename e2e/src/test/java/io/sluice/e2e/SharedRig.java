package io.sluice.e2e;

import java.time.Duration;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives test classes the one {@link Rig} that they share, because its start takes longer than their tests. */
final class SharedRig implements ParameterResolver {

    /** Longer than all the tests take: no tag that was asked for has to be confirmed. */
    private static final Duration FRESH_FOR = Duration.ofHours(1);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Rig.class;
    }

    @Override
    public Rig resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(Namespace.create(SharedRig.class))
                .computeIfAbsent(Rig.class, type -> Rig.start(FRESH_FOR), Rig.class);
    }
}
