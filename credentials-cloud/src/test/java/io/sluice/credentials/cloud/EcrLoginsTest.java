package io.sluice.credentials.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class EcrLoginsTest {

    private static final Instant END = Instant.parse("2030-01-01T00:00:00Z");

    private FakeCloud cloud;
    private EcrLogins logins;

    @BeforeEach
    void open() throws Exception {
        System.setProperty("aws.accessKeyId", "AKIDEXAMPLE");
        System.setProperty("aws.secretAccessKey", "secret-key-canary");
        cloud = new FakeCloud();
        logins = new EcrLogins("eu-central-1", cloud.url());
    }

    @AfterEach
    void close() {
        logins.close();
        cloud.close();
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
    }

    @Test
    void aLoginIsTheNameThePasswordAndTheEndThatEcrGives() {
        cloud.answers(200, answer("AWS:pass:word"));

        assertThat(logins.ask()).isEqualTo(new CloudLogin("AWS", "pass:word", END));
        assertThat(cloud.questions()).singleElement().satisfies(question -> {
            assertThat(question.target()).endsWith(".GetAuthorizationToken");
            assertThat(question.authorization())
                    .startsWith("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/")
                    .contains("/eu-central-1/ecr/aws4_request");
        });
    }

    @Test
    @DisplayName("T20: a refusal of ECR is told by its status and its name, and no secret is in it")
    void aRefusalIsToldByItsStatus() {
        cloud.answers(400, "{\"__type\":\"AccessDeniedException\",\"message\":\"secret-key-canary\"}");

        assertThatThrownBy(logins::ask)
                .isInstanceOf(CloudLoginException.class)
                .hasMessage("ECR in eu-central-1 answered 400 AccessDeniedException");
    }

    @Test
    @DisplayName("T20: a token that is no login, and the login itself, do not show themselves")
    void aTokenThatIsNoLoginIsRefused() {
        cloud.answers(200, answer("password-canary"));

        assertThatThrownBy(logins::ask)
                .isInstanceOf(CloudLoginException.class)
                .hasMessage("ECR in eu-central-1 answered with something that is no login");
        assertThat(new CloudLogin("AWS", "password-canary", END).toString()).doesNotContain("canary");
    }

    private static String answer(String pair) {
        String token = Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
        return "{\"authorizationData\":[{\"authorizationToken\":\"" + token + "\",\"expiresAt\":" + END.getEpochSecond()
                + "}]}";
    }
}
