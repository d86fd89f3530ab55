package io.sluice.gateway.route;

import io.sluice.gateway.upstream.credential.Credential;
import io.sluice.gateway.upstream.credential.CredentialSettings;
import io.sluice.gateway.upstream.credential.CredentialSettings.DockerConfig;
import io.sluice.gateway.upstream.credential.CredentialSettings.EcrAccount;
import io.sluice.gateway.upstream.credential.CredentialSettings.GoogleAccount;
import io.sluice.gateway.upstream.credential.CredentialSettings.PasswordFile;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads where a route's credentials come from. No value that may be a secret is ever repeated in a fault. */
final class CredentialReader {

    private static final String USERNAME = "username";
    private static final String PASSWORD = "password";
    private static final String PASSWORD_FILE = "password-file";
    private static final String DOCKER_CONFIG = "docker-config";
    private static final String ECR = "ecr";
    private static final String ECR_REGION = "ecr.region";
    private static final String ECR_ENDPOINT = "ecr.endpoint";
    private static final String GOOGLE = "google";
    private static final String GOOGLE_FILE = "google.service-account-file";

    private static final List<String> FIELDS =
            List.of(USERNAME, PASSWORD, PASSWORD_FILE, DOCKER_CONFIG, ECR_REGION, ECR_ENDPOINT, GOOGLE_FILE);
    private static final List<String> SECTIONS = List.of(ECR, GOOGLE);

    /** The hosts of private registries, those of China and those of both kinds of IP included. */
    private static final Pattern ECR_HOST = Pattern.compile(
            "[0-9]{12}\\.dkr[.-]ecr(?:-fips)?\\.([a-z0-9-]+)\\.(?:amazonaws\\.com(?:\\.cn)?|on\\.(?:aws|amazonwebservices\\.com\\.cn))");

    private final Optional<URI> upstream;
    private final Consumer<Fault> faults;

    CredentialReader(Optional<URI> upstream, Consumer<Fault> faults) {
        this.upstream = upstream;
        this.faults = faults;
    }

    List<CredentialSettings> read(Section route) {
        return route.records("credentials", FIELDS, SECTIONS).stream()
                .flatMap(fields -> read(fields).stream())
                .toList();
    }

    private Optional<CredentialSettings> read(Map<String, Entry> fields) {
        Optional<Entry> account = first(fields, USERNAME, PASSWORD, PASSWORD_FILE);
        Optional<Entry> docker = first(fields, DOCKER_CONFIG);
        Optional<Entry> ecr = first(fields, ECR, ECR_REGION, ECR_ENDPOINT);
        Optional<Entry> google = first(fields, GOOGLE, GOOGLE_FILE);
        List<Entry> kinds = Stream.of(account, docker, ecr, google)
                .flatMap(Optional::stream)
                .toList();
        if (kinds.size() > 1) {
            faults.accept(kinds.getLast()
                    .problem("a second kind of credential in one element of the list; expected an element for each"));
            return Optional.empty();
        }
        if (account.isPresent()) {
            return account(fields.get(USERNAME), fields.get(PASSWORD), fields.get(PASSWORD_FILE));
        }
        return docker.<CredentialSettings>flatMap(
                        file -> Syntax.FILE.parse(file, faults).map(DockerConfig::new))
                .or(() -> ecr.flatMap(any -> ecr(any, fields.get(ECR_REGION), fields.get(ECR_ENDPOINT))))
                .or(() -> google.flatMap(any -> google(fields.get(GOOGLE_FILE))));
    }

    private static Optional<Entry> first(Map<String, Entry> fields, String... keys) {
        return Stream.of(keys)
                .flatMap(key -> Stream.ofNullable(fields.get(key)))
                .findFirst();
    }

    /** A name with a password or a file of one; one of two empty values is none. */
    private Optional<CredentialSettings> account(
            @Nullable Entry username, @Nullable Entry password, @Nullable Entry file) {
        if (password != null && file != null) {
            faults.accept(file.problem("given beside a password; expected one of them"));
            return Optional.empty();
        }
        if (username != null && password != null) {
            return Optional.of(new Credential(username.text(), password.text()));
        }
        if (username != null && file != null) {
            return Syntax.FILE.parseInSilence(file, faults).map(path -> new PasswordFile(username.text(), path));
        }
        if (username != null) {
            faults.accept(username.problem("given without its password; expected both, or neither for anonymous"));
        }
        if (password != null) {
            faults.accept(password.problem("given without its username; expected both, or neither for anonymous"));
        }
        if (file != null) {
            faults.accept(file.problem("given without its username; expected both, or neither for anonymous"));
        }
        return Optional.empty();
    }

    private Optional<CredentialSettings> ecr(Entry any, @Nullable Entry region, @Nullable Entry endpoint) {
        Optional<URI> api = Optional.ofNullable(endpoint).flatMap(written -> Syntax.ORIGIN.parse(written, faults));
        if (region != null) {
            return Syntax.REGION.parse(region, faults).map(name -> new EcrAccount(name, api.orElse(null)));
        }
        Optional<String> derived = upstream.map(URI::getHost)
                .map(ECR_HOST::matcher)
                .filter(Matcher::matches)
                .map(host -> host.group(1));
        if (derived.isEmpty() && upstream.isPresent()) {
            faults.accept(any.problem("ecr needs a region: the host of the upstream names none"));
        }
        return derived.map(name -> new EcrAccount(name, api.orElse(null)));
    }

    private Optional<CredentialSettings> google(@Nullable Entry file) {
        return file == null
                ? Optional.of(new GoogleAccount(null))
                : Syntax.FILE.parse(file, faults).map(GoogleAccount::new);
    }
}
