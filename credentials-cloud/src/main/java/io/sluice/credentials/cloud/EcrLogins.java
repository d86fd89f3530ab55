package io.sluice.credentials.cloud;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ecr.EcrClient;
import software.amazon.awssdk.services.ecr.EcrClientBuilder;
import software.amazon.awssdk.services.ecr.model.AuthorizationData;

/**
 * Logins of Amazon's Elastic Container Registry, valid for twelve hours, for whom the SDK's default chain says that we are:
 * environment, web identity, profile, container, instance.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetAuthorizationToken.html">
 *     GetAuthorizationToken</a>
 */
public final class EcrLogins implements CloudLogins {

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(4);
    private static final Duration READ_LIMIT = Duration.ofSeconds(10);
    private static final Duration LIMIT = Duration.ofSeconds(15);

    private final String region;
    private final @Nullable URI endpoint;
    private @Nullable EcrClient client;

    /**
     * @param region such as {@code eu-central-1}
     * @param endpoint where the API is, or null for where it usually is in the region
     */
    public EcrLogins(String region, @Nullable URI endpoint) {
        this.region = region;
        this.endpoint = endpoint;
    }

    @Override
    public CloudLogin ask() {
        try {
            return login(client().getAuthorizationToken().authorizationData());
        } catch (AwsServiceException e) {
            throw new CloudLoginException("ECR in " + region + " answered " + e.statusCode() + code(e), e);
        } catch (SdkException e) {
            throw new CloudLoginException(
                    "ECR in " + region + " could not be asked, or there are no AWS credentials to ask it with", e);
        } catch (IllegalArgumentException e) {
            throw new CloudLoginException("ECR in " + region + " answered with something that is no login", e);
        }
    }

    /** The name of the error, such as {@code AccessDeniedException}, and nothing else of what was answered. */
    private static String code(AwsServiceException failure) {
        AwsErrorDetails details = failure.awsErrorDetails();
        String code = details == null ? null : details.errorCode();
        return code != null && code.matches("[A-Za-z.]{1,60}") ? " " + code : "";
    }

    /** The token is a name and a password in Base64. */
    private static CloudLogin login(List<AuthorizationData> data) {
        if (data.isEmpty() || data.getFirst().expiresAt() == null) {
            throw new IllegalArgumentException("no token, or one without an end");
        }
        AuthorizationData first = data.getFirst();
        byte[] decoded = Base64.getDecoder().decode(first.authorizationToken());
        String pair = new String(decoded, StandardCharsets.UTF_8);
        int colon = pair.indexOf(':');
        if (colon <= 0) {
            throw new IllegalArgumentException("a token without a name");
        }
        return new CloudLogin(pair.substring(0, colon), pair.substring(colon + 1), first.expiresAt());
    }

    /** Made when it is first needed: it looks at files. */
    private synchronized EcrClient client() {
        if (client == null) {
            EcrClientBuilder builder = EcrClient.builder()
                    .region(Region.of(region))
                    .overrideConfiguration(limits -> limits.apiCallTimeout(LIMIT))
                    .httpClientBuilder(UrlConnectionHttpClient.builder()
                            .connectionTimeout(CONNECT_LIMIT)
                            .socketTimeout(READ_LIMIT));
            if (endpoint != null) {
                builder.endpointOverride(endpoint);
            }
            client = builder.build();
        }
        return client;
    }

    @Override
    public synchronized void close() {
        if (client != null) {
            client.close();
            client = null;
        }
    }
}
