package io.sluice.gateway.upstream.credential;

import io.sluice.gateway.error.UpstreamCredentialsException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What {@code docker login} left behind: the credential of a registry in Docker's {@code config.json}, or a program that
 * has it. The program of {@code credHelpers} for the host goes before {@code credsStore}, which goes before {@code auths}.
 *
 * @see <a href="https://docs.docker.com/reference/cli/docker/login/#credential-stores">docker login</a>
 */
final class DockerLogin {

    /** The one key of Docker Hub, whatever its registry is called. */
    private static final String HUB_KEY = "https://index.docker.io/v1/";

    /** How long the word of a program is believed before it is asked again, and where it then has none. */
    private static final Duration PROGRAM_INTERVAL = Duration.ofMinutes(5);

    private static final Duration PROGRAM_USABLE = Duration.ofHours(1);

    private DockerLogin() {}

    /**
     * Looks it up; blocks.
     *
     * @param registry the registry's host, with its port unless that is the usual one
     */
    static Issued find(Path file, String registry) {
        String key = registry.equals("docker.io") || registry.endsWith(".docker.io") ? HUB_KEY : registry;
        DockerConfigFile config = read(file);
        String program = config.program(key);
        if (program != null) {
            return new Issued(DockerCredentialProgram.ask(program, key), PROGRAM_INTERVAL, PROGRAM_USABLE);
        }
        return Issued.lookedForEvery(CredentialSources.FILE_INTERVAL, config.credential(key));
    }

    private static DockerConfigFile read(Path file) {
        try {
            return DockerConfigFile.parse(SecretFile.bytes(file));
        } catch (IOException e) {
            throw new UpstreamCredentialsException("the docker-config of the route cannot be read");
        }
    }
}
