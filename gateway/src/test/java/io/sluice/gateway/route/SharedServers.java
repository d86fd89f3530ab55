package io.sluice.gateway.route;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** One server in the clear and one with TLS for all test classes that need no others; each test uses names of its own. */
final class SharedServers implements ParameterResolver {

    /** The two. */
    record Pair(KeptBlobsServer clear, KeptBlobsServer tls) implements AutoCloseable {

        KeptBlobsServer over(Wire wire) {
            return switch (wire) {
                case CLEAR -> clear;
                case TLS -> tls;
            };
        }

        @Override
        public void close() {
            clear.close();
            tls.close();
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType().equals(Pair.class);
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(Namespace.create(SharedServers.class))
                .computeIfAbsent(
                        Pair.class,
                        type -> new Pair(KeptBlobsServer.start(Wire.CLEAR), KeptBlobsServer.start(Wire.TLS)),
                        Pair.class);
    }
}
