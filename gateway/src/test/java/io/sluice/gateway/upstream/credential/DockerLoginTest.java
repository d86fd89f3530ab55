package io.sluice.gateway.upstream.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.gateway.error.UpstreamCredentialsException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DockerLoginTest {

    private static final Credential ROBOT = new Credential("robot", "pass:word-canary");

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({
        "registry.example, registry.example",
        "registry.example:5000, registry.example:5000",
        "https://registry.example/v1/, registry.example",
        "registry.example/, registry.example",
        "https://index.docker.io/v1/, registry-1.docker.io",
        "https://index.docker.io/v1/, docker.io"
    })
    void theCredentialOfARegistryIsFoundByItsKey(String key, String registry) throws Exception {
        Path config = written("{\"auths\":{\"other.example\":{\"auth\":\"" + base64("a:b") + "\"},\"" + key
                + "\":{\"auth\":\"" + base64("robot:pass:word-canary") + "\"}},\"psFormat\":[1,{\"a\":2}]}");

        assertThat(DockerLogin.find(config, registry).credential()).isEqualTo(ROBOT);
    }

    @Test
    void nameAndPasswordMayBeWrittenOut() throws Exception {
        Path config = written(
                "{\"auths\":{\"registry.example\":{\"username\":\"robot\",\"password\":\"pass:word-canary\"}}}");

        assertThat(DockerLogin.find(config, "registry.example").credential()).isEqualTo(ROBOT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "canary",
                "[]",
                "{}",
                "{\"auths\":\"canary\"}",
                "{\"auths\":{\"other.example\":{\"auth\":\"Y2FuYXJ5OmNhbmFyeQ==\"}}}",
                "{\"auths\":{\"registry.example\":{}}}",
                "{\"auths\":{\"registry.example\":{\"auth\":\"canary!\"}}}",
                "{\"auths\":{\"registry.example\":{\"auth\":\"Y2FuYXJ5\"}}}",
                "{\"auths\":{\"registry.example\":{\"auth\":\"Y2FuYXJ5Og==\"}}}",
                "{\"auths\":{\"registry.example\":{\"auth\":\"Y2FuYXJ5OmNhbmFyeQ==\",\"identitytoken\":\"canary\"}}}",
                "{\"auths\":{\"registry.example\":{\"registrytoken\":\"canary\"}}}",
                "{\"credsStore\":\"../canary\"}",
                "{\"credsStore\":\"canary;true\"}",
                "{\"credHelpers\":{\"registry.example\":\"is-not-installed-here\"}}"
            })
    @DisplayName("T20: what gives no credential is a failure that repeats nothing of it")
    void whatGivesNoCredentialIsAFailureThatRepeatsNothingOfIt(String json) throws Exception {
        Path config = written(json);

        assertThatThrownBy(() -> DockerLogin.find(config, "registry.example"))
                .isInstanceOf(UpstreamCredentialsException.class)
                .hasMessageNotContaining("canary")
                .hasMessageNotContaining("Y2Fu");
    }

    @Test
    void aProgramIsToldTheRegistryAndGivesTheCredential() throws Exception {
        String program = program("read registry; [ \"$1 $registry\" = 'get registry.example' ] && "
                + "echo '{\"ServerURL\":\"x\",\"Username\":\"robot\",\"Secret\":\"pass:word-canary\"}'");

        assertThat(DockerCredentialProgram.run(program, "registry.example")).isEqualTo(ROBOT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "echo canary; echo canary >&2; exit 1",
                "echo canary",
                "echo '{\"Username\":\"canary\"}'",
                "echo '{\"Username\":\"<token>\",\"Secret\":\"canary\"}'",
                "yes canary"
            })
    @DisplayName("T20: a program that gives no credential, or never ends, is a failure that repeats nothing of it")
    void aProgramThatGivesNoCredentialIsAFailure(String script) throws Exception {
        String program = program(script);

        assertThatThrownBy(() -> DockerCredentialProgram.run(program, "registry.example"))
                .isInstanceOf(UpstreamCredentialsException.class)
                .hasMessageNotContaining("canary");
    }

    @Test
    void aSecretFileIsReadWithoutTheNewlineAtItsEnd() throws Exception {
        Path file = Files.writeString(directory.resolve("password"), " pass word\r\n");
        Path empty = Files.writeString(directory.resolve("empty"), "\n");

        assertThat(SecretFile.read(file)).isEqualTo(" pass word");
        assertThatThrownBy(() -> SecretFile.read(empty)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> SecretFile.read(directory.resolve("absent"))).isInstanceOf(IOException.class);
    }

    private Path written(String json) throws IOException {
        return Files.writeString(directory.resolve("config.json"), json);
    }

    private String program(String script) throws IOException {
        Path file = Files.writeString(directory.resolve("docker-credential-test"), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        return file.toString();
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
