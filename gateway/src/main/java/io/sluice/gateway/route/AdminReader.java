package io.sluice.gateway.route;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads who may act on the management port. No fault says more of the token than its length. */
final class AdminReader {

    static final int MIN_LENGTH = 32;

    private final Consumer<Fault> faults;

    AdminReader(Consumer<Fault> faults) {
        this.faults = faults;
    }

    AdminSettings read(Section admin) {
        Optional<Entry> token = admin.entry("token");
        Optional<Entry> file = admin.entry("token-file");
        if (token.isPresent() && file.isPresent()) {
            faults.accept(file.get().problem("given beside sluice.admin.token; expected one of the two"));
        }
        return new AdminSettings(token.map(entry -> longEnough(entry, entry.text()))
                .or(() -> file.map(this::inFile))
                .orElse(null));
    }

    private @Nullable String inFile(Entry file) {
        try {
            return longEnough(file, Files.readString(Path.of(file.text())).strip());
        } catch (IOException | InvalidPathException e) {
            faults.accept(file.problem("cannot be read; expected a file with the token and nothing else"));
            return null;
        }
    }

    private @Nullable String longEnough(Entry entry, String token) {
        if (token.length() >= MIN_LENGTH) {
            return token;
        }
        faults.accept(entry.problem("a token of " + token.length() + " characters; expected are at least " + MIN_LENGTH
                + " that nobody can guess, such as openssl rand -hex 32 prints"));
        return null;
    }
}
