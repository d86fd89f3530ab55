package io.sluice.gateway.server;

import io.sluice.gateway.server.EdgeApplication.Edge;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** One edge with its defaults for all test classes that need no other. */
final class SharedEdge implements ParameterResolver {

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType().equals(Edge.class);
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(Namespace.create(SharedEdge.class))
                .computeIfAbsent(Edge.class, type -> EdgeApplication.start(), Edge.class);
    }
}
