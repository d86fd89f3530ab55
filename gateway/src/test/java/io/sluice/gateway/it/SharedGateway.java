package io.sluice.gateway.it;

import io.sluice.testing.ScriptedUpstream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.springframework.util.FileSystemUtils;

/**
 * One gateway in front of one scripted upstream for all test classes that can share them; each test uses repositories of
 * its own. Of the routes to the upstream {@code hub} is the root, {@code eager} never believes a tag, {@code limited} neither
 * and is for the one test of a 429, and {@code down} leads to a port that nobody listens on.
 */
final class SharedGateway implements ParameterResolver {

    /** The pair. */
    record Rig(ScriptedUpstream upstream, TestGateway gateway, Path directory) implements AutoCloseable {

        static Rig start() {
            try {
                ScriptedUpstream upstream = ScriptedUpstream.start();
                Path directory = Files.createTempDirectory("sluice-test");
                return new Rig(upstream, gateway(upstream.url(), directory), directory);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static TestGateway gateway(String upstream, Path directory) {
            return TestGateway.start(
                    directory.resolve("cache"),
                    "--sluice.routes.hub.upstream=" + upstream,
                    "--sluice.routes.hub.paths=/docker.io,/pub-group/dependency_proxy/containers",
                    "--sluice.routes.hub.namespaces=docker.io",
                    "--sluice.routes.hub.root=true",
                    "--sluice.routes.hub.default-namespace=library",
                    "--sluice.routes.eager.upstream=" + upstream,
                    "--sluice.routes.eager.paths=/eager",
                    "--sluice.routes.eager.namespaces=eager.example:5000",
                    "--sluice.routes.eager.tags.fresh-for=0s",
                    "--sluice.routes.eager.lists.fresh-for=0s",
                    "--sluice.routes.ruled.upstream=" + upstream,
                    "--sluice.routes.ruled.paths=/ruled",
                    "--sluice.routes.ruled.allow=team/open,team/tool:v1",
                    "--sluice.routes.ruled.deny=*:latest",
                    "--sluice.routes.limited.upstream=" + upstream,
                    "--sluice.routes.limited.paths=/limited",
                    "--sluice.routes.limited.tags.fresh-for=0s",
                    "--sluice.routes.down.upstream=http://127.0.0.1:1",
                    "--sluice.routes.down.paths=/down");
        }

        @Override
        public void close() throws IOException {
            gateway.close();
            upstream.close();
            FileSystemUtils.deleteRecursively(directory);
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type.equals(TestGateway.class) || type.equals(ScriptedUpstream.class);
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Rig rig = context.getRoot()
                .getStore(Namespace.create(SharedGateway.class))
                .computeIfAbsent(Rig.class, type -> Rig.start(), Rig.class);
        return parameter.getParameter().getType().equals(TestGateway.class) ? rig.gateway() : rig.upstream();
    }
}
