package io.sluice.credentials.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GoogleLoginsTest {

    @TempDir
    private Path directory;

    private FakeCloud cloud;
    private Path keyFile;

    @BeforeEach
    void open() throws Exception {
        cloud = new FakeCloud();
        keyFile = directory.resolve("key.json");
        Files.writeString(keyFile, serviceAccount());
    }

    @AfterEach
    void close() {
        cloud.close();
    }

    @Test
    void aLoginIsTheAccessTokenOfTheServiceAccount() {
        cloud.answers(200, "{\"access_token\":\"ya29.token\",\"expires_in\":3600,\"token_type\":\"Bearer\"}");

        CloudLogin login = new GoogleLogins(keyFile).ask();

        assertThat(login.username()).isEqualTo("oauth2accesstoken");
        assertThat(login.password()).isEqualTo("ya29.token");
        assertThat(login.end())
                .isBetween(
                        Instant.now().plus(Duration.ofMinutes(50)),
                        Instant.now().plusSeconds(3700));
        assertThat(cloud.questions())
                .singleElement()
                .satisfies(question -> assertThat(question.body()).contains("jwt-bearer"));
    }

    @Test
    @DisplayName("T20: a refusal of Google does not repeat what it says")
    void aRefusalIsNotRepeated() {
        cloud.answers(400, "{\"error\":\"invalid_grant\",\"error_description\":\"canary\"}");

        assertThatThrownBy(new GoogleLogins(keyFile)::ask)
                .isInstanceOf(CloudLoginException.class)
                .hasMessage("Google gave no access token");
    }

    @Test
    void aKeyFileThatIsNotThereIsTold() {
        assertThatThrownBy(new GoogleLogins(directory.resolve("absent.json"))::ask)
                .isInstanceOf(CloudLoginException.class)
                .hasMessage("there are no Google credentials to ask with");
    }

    private String serviceAccount() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        byte[] key = generator.generateKeyPair().getPrivate().getEncoded();
        String pem = "-----BEGIN PRIVATE KEY-----\\n" + Base64.getEncoder().encodeToString(key)
                + "\\n-----END PRIVATE KEY-----\\n";
        return """
                {"type": "service_account", "project_id": "p", "private_key_id": "1", "private_key": "%s",
                 "client_email": "sluice@p.iam.gserviceaccount.com", "client_id": "1", "token_uri": "%s/token"}
                """.formatted(pem, cloud.url());
    }
}
