package io.sluice.gateway.upstream.credential;

import io.sluice.gateway.error.UpstreamCredentialsException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.scheduler.Schedulers;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * A program {@code docker-credential-<name>}: it reads the name of a registry and writes a credential. It is started without a
 * shell, and neither what it writes nor what it complains of is repeated anywhere.
 *
 * @see <a href="https://github.com/docker/docker-credential-helpers#development">docker-credential-helpers</a>
 */
final class DockerCredentialProgram {

    /** For all that it does; then it is killed, with those that it started. */
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,63}");

    /** The name that stands for a token instead of a password. */
    private static final String IDENTITY_TOKEN = "<token>";

    private static final JsonFactory JSON = new JsonFactory();

    private DockerCredentialProgram() {}

    /**
     * Asks a program; blocks.
     *
     * @param name the last part of its name
     * @param registry what it calls the registry
     * @throws UpstreamCredentialsException if it gives nothing that is a name and a password
     */
    static Credential ask(String name, String registry) {
        if (!NAME.matcher(name).matches()) {
            throw new UpstreamCredentialsException(
                    "the docker-config of the route names a program that has no such name");
        }
        return run("docker-credential-" + name, registry);
    }

    /** Runs a program; blocks. */
    static Credential run(String program, String registry) {
        try {
            Process process = new ProcessBuilder(program, "get")
                    .redirectError(Redirect.DISCARD)
                    .start();
            Disposable limit =
                    Schedulers.parallel().schedule(() -> kill(process), LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            try {
                return converse(process, program, registry);
            } finally {
                limit.dispose();
                kill(process);
            }
        } catch (IOException e) {
            throw new UpstreamCredentialsException(program + " could not be run");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UpstreamCredentialsException(program + " was interrupted");
        }
    }

    private static Credential converse(Process process, String program, String registry)
            throws IOException, InterruptedException {
        try (OutputStream in = process.getOutputStream()) {
            in.write(registry.getBytes(StandardCharsets.UTF_8));
        } catch (IOException ignored) {
            // It did not want to know; what it says is looked at all the same.
        }
        byte[] said;
        try (InputStream out = process.getInputStream()) {
            said = out.readNBytes(SecretFile.MAX_BYTES + 1);
        }
        if (said.length > SecretFile.MAX_BYTES) {
            throw new UpstreamCredentialsException(program + " wrote more than " + SecretFile.MAX_BYTES + " bytes");
        }
        int status = process.waitFor();
        if (status != 0) {
            throw new UpstreamCredentialsException(
                    program + " has no credential for " + registry + ": it ended with " + status);
        }
        Credential credential = parse(said);
        if (credential == null) {
            throw new UpstreamCredentialsException(program + " wrote no name and password for " + registry);
        }
        if (credential.username().equals(IDENTITY_TOKEN)) {
            throw new UpstreamCredentialsException(program + " has an identity token for " + registry
                    + ", which is not supported; expected a name and a password");
        }
        return credential;
    }

    private static @Nullable Credential parse(byte[] said) {
        String username = null;
        String secret = null;
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), said)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                boolean isText = parser.nextToken() == JsonToken.VALUE_STRING;
                if (isText && name.equals("Username")) {
                    username = parser.getString();
                } else if (isText && name.equals("Secret")) {
                    secret = parser.getString();
                }
                parser.skipChildren();
            }
        } catch (JacksonException ignored) {
            return null;
        }
        return username == null || username.isEmpty() || secret == null || secret.isEmpty()
                ? null
                : new Credential(username, secret);
    }

    private static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
