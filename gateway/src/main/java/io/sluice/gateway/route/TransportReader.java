package io.sluice.gateway.route;

import io.sluice.gateway.upstream.PemFile;
import io.sluice.gateway.upstream.TransportSettings;
import io.sluice.gateway.upstream.TransportSettings.Proxy;
import io.sluice.gateway.upstream.TransportSettings.Trust;
import io.sluice.gateway.upstream.credential.Credential;
import io.sluice.gateway.upstream.credential.CredentialSettings;
import io.sluice.gateway.upstream.credential.CredentialSettings.PasswordFile;
import java.net.URI;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads whom a route trusts and which proxy it goes through; what cannot be used is a fault now, not at the first pull (T24). */
final class TransportReader {

    private static final int HTTP_PORT = 80;

    private final Optional<URI> upstream;
    private final Consumer<Fault> faults;

    TransportReader(Optional<URI> upstream, Consumer<Fault> faults) {
        this.upstream = upstream;
        this.faults = faults;
    }

    TransportSettings read(Section route) {
        return new TransportSettings(
                trust(route.section("trust")), proxy(route.section("proxy")).orElse(null));
    }

    private Trust trust(Section trust) {
        List<Path> authorities = trust.list("ca").stream()
                .filter(entry -> !entry.text().isBlank())
                .flatMap(entry -> pem(entry, PemFile::certificates).map(read -> Path.of(entry.text())).stream())
                .toList();
        Optional<Entry> certificate = trust.entry("certificate");
        Optional<Entry> key = trust.entry("private-key");
        if (certificate.isPresent() != key.isPresent()) {
            faults.accept(certificate
                    .or(() -> key)
                    .orElseThrow()
                    .problem("given alone; expected certificate and private-key, or neither"));
            return new Trust(authorities, null, null);
        }
        return certificate.isEmpty() || !isPair(certificate.get(), key.orElseThrow())
                ? new Trust(authorities, null, null)
                : new Trust(authorities, path(certificate), path(key));
    }

    private static Path path(Optional<Entry> entry) {
        return Path.of(entry.orElseThrow().text());
    }

    private boolean isPair(Entry certificate, Entry key) {
        if (upstream.filter(origin -> "http".equals(origin.getScheme())).isPresent()) {
            faults.accept(
                    certificate.problem("a certificate is shown to an https upstream only, and this one is http"));
        }
        Optional<List<X509Certificate>> chain = pem(certificate, PemFile::certificates);
        Optional<PrivateKey> secret = pem(key, PemFile::privateKey);
        if (chain.isEmpty() || secret.isEmpty()) {
            return false;
        }
        boolean pair = PemFile.isPair(chain.get().getFirst(), secret.get());
        if (!pair) {
            faults.accept(key.problem("is not the key of " + certificate.key()));
        }
        return pair;
    }

    private <T> Optional<T> pem(Entry entry, Function<PemFile, T> reading) {
        try {
            return Optional.of(reading.apply(new PemFile(Path.of(entry.text()))));
        } catch (IllegalArgumentException e) {
            faults.accept(entry.problem(Objects.requireNonNullElse(e.getMessage(), "is no file")));
            return Optional.empty();
        }
    }

    private Optional<Proxy> proxy(Section proxy) {
        Optional<Entry> url = proxy.entry("url");
        Optional<Entry> username = proxy.entry("username");
        Optional<Entry> password = proxy.entry("password");
        Optional<Entry> file = proxy.entry("password-file");
        List<String> exceptions = proxy.list("exceptions").stream()
                .flatMap(entry -> Syntax.HOST_OR_DOMAIN.parse(entry, faults).stream())
                .toList();
        if (url.isEmpty()) {
            Stream.of(username, password, file)
                    .flatMap(Optional::stream)
                    .findFirst()
                    .ifPresent(entry -> faults.accept(entry.problem("given without the url of the proxy")));
            if (!exceptions.isEmpty()) {
                faults.accept(proxy.problem("exceptions without the url of the proxy"));
            }
            return Optional.empty();
        }
        CredentialSettings credential = account(username.orElse(null), password.orElse(null), file.orElse(null))
                .orElse(null);
        return Syntax.ORIGIN
                .parse(url.get(), faults)
                .flatMap(origin -> proxy(url.get(), origin, credential, exceptions));
    }

    private Optional<Proxy> proxy(
            Entry url, URI origin, @Nullable CredentialSettings credential, List<String> exceptions) {
        if (!"http".equals(origin.getScheme())) {
            faults.accept(url.isNot("an http URL; what goes through the proxy is encrypted by itself"));
            return Optional.empty();
        }
        int port = origin.getPort() < 0 ? HTTP_PORT : origin.getPort();
        return Optional.of(new Proxy(origin.getHost(), port, credential, exceptions));
    }

    private Optional<CredentialSettings> account(
            @Nullable Entry username, @Nullable Entry password, @Nullable Entry file) {
        if (password != null && file != null) {
            faults.accept(file.problem("given beside a password; expected one of them"));
        } else if (username != null && password != null) {
            return Optional.of(new Credential(username.text(), password.text()));
        } else if (username != null && file != null) {
            return Syntax.FILE.parseInSilence(file, faults).map(path -> new PasswordFile(username.text(), path));
        } else {
            Stream.of(username, password, file)
                    .flatMap(Stream::ofNullable)
                    .forEach(entry -> faults.accept(entry.problem("given alone; expected username and password")));
        }
        return Optional.empty();
    }
}
