package io.sluice.credentials.cloud;

import com.google.auth.oauth2.AccessToken;
import com.google.auth.oauth2.GoogleCredentials;
import com.google.auth.oauth2.ServiceAccountCredentials;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Logins of Google's Artifact Registry and Container Registry, usually valid for an hour: an access token of a service
 * account's key file, or of the application default credentials (environment, well-known file, metadata server). The files
 * are read anew for each login.
 *
 * @see <a href="https://cloud.google.com/artifact-registry/docs/docker/authentication#token">Access token</a>
 */
public final class GoogleLogins implements CloudLogins {

    private static final String USERNAME = "oauth2accesstoken";
    private static final String SCOPE = "https://www.googleapis.com/auth/cloud-platform";

    private final @Nullable Path serviceAccount;

    /** @param serviceAccount the key file of a service account, or null for the application default credentials */
    public GoogleLogins(@Nullable Path serviceAccount) {
        this.serviceAccount = serviceAccount;
    }

    @Override
    public CloudLogin ask() {
        GoogleCredentials credentials;
        try {
            credentials = credentials();
        } catch (IOException e) {
            throw new CloudLoginException("there are no Google credentials to ask with", e);
        }
        try {
            return login(credentials.createScoped(SCOPE).refreshAccessToken());
        } catch (IOException e) {
            throw new CloudLoginException("Google gave no access token", e);
        }
    }

    private GoogleCredentials credentials() throws IOException {
        if (serviceAccount == null) {
            return GoogleCredentials.getApplicationDefault();
        }
        try (InputStream key = Files.newInputStream(serviceAccount)) {
            return ServiceAccountCredentials.fromStream(key);
        }
    }

    private static CloudLogin login(AccessToken token) throws IOException {
        if (token.getExpirationTime() == null) {
            throw new IOException("an access token without an end");
        }
        return new CloudLogin(
                USERNAME, token.getTokenValue(), token.getExpirationTime().toInstant());
    }
}
