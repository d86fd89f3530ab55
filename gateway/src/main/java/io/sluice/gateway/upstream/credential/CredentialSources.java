package io.sluice.gateway.upstream.credential;

import com.github.benmanes.caffeine.cache.Ticker;
import io.sluice.credentials.cloud.CloudLogin;
import io.sluice.credentials.cloud.CloudLoginException;
import io.sluice.credentials.cloud.CloudLogins;
import io.sluice.credentials.cloud.EcrLogins;
import io.sluice.credentials.cloud.GoogleLogins;
import io.sluice.gateway.error.UpstreamCredentialsException;
import io.sluice.gateway.upstream.credential.CredentialSettings.DockerConfig;
import io.sluice.gateway.upstream.credential.CredentialSettings.EcrAccount;
import io.sluice.gateway.upstream.credential.CredentialSettings.GoogleAccount;
import io.sluice.gateway.upstream.credential.CredentialSettings.PasswordFile;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Opens the sources of credentials. Files, programs and SDKs block, on threads that are made for it. */
public final class CredentialSources implements Disposable {

    /** How long a file is believed before it is read again. */
    static final Duration FILE_INTERVAL = Duration.ofSeconds(2);

    /** What a registry rejects when it is that young it rejects for another reason; asking again would not help. */
    private static final Duration LEAST_AGE = Duration.ofSeconds(10);

    private final Ticker ticker;
    private final Scheduler blocking;
    private final List<CloudLogins> clouds = new CopyOnWriteArrayList<>();

    /**
     * @param ticker a monotonic clock
     * @param blocking where files are read, programs run and SDKs asked; stays the caller's
     */
    public CredentialSources(Ticker ticker, Scheduler blocking) {
        this.ticker = ticker;
        this.blocking = blocking;
    }

    /**
     * Opens a source; nothing is read or asked before it is needed.
     *
     * @param route the route, for the log
     * @param registry the registry's host, with its port unless that is the usual one
     */
    public CredentialSource open(String route, String registry, CredentialSettings settings) {
        return switch (settings) {
            case Credential fixed -> new FixedCredential(fixed);
            case PasswordFile file -> renewing(route, () -> read(file), Duration.ZERO);
            case DockerConfig config -> renewing(route, () -> DockerLogin.find(config.file(), registry), LEAST_AGE);
            case EcrAccount ecr -> cloud(route, new EcrLogins(ecr.region(), ecr.endpoint()));
            case GoogleAccount google -> cloud(route, new GoogleLogins(google.serviceAccount()));
        };
    }

    private CredentialSource cloud(String route, CloudLogins logins) {
        clouds.add(logins);
        return renewing(route, () -> ask(logins), LEAST_AGE);
    }

    private CredentialSource renewing(String route, Callable<Issued> question, Duration leastAge) {
        return new RenewingCredential(route, Mono.fromCallable(question).subscribeOn(blocking), leastAge, ticker);
    }

    private static Issued read(PasswordFile settings) {
        try {
            Credential credential = new Credential(settings.username(), SecretFile.read(settings.file()));
            return Issued.lookedForEvery(FILE_INTERVAL, credential);
        } catch (IOException e) {
            throw new UpstreamCredentialsException(
                    "the password file of " + settings.username() + " cannot be read or is empty");
        }
    }

    private static Issued ask(CloudLogins logins) {
        try {
            CloudLogin login = logins.ask();
            return Issued.endingIn(
                    Duration.between(Instant.now(), login.end()), new Credential(login.username(), login.password()));
        } catch (CloudLoginException e) {
            throw new UpstreamCredentialsException(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void dispose() {
        clouds.forEach(CloudLogins::close);
    }
}
