package io.sluice.cache.embedded;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The cache directory cannot be used; the message says why and what to do. */
public final class CacheDirectoryException extends RuntimeException {

    private final Path directory;
    private final String reason;
    private final String advice;

    CacheDirectoryException(Path directory, String reason, String advice) {
        this(directory, reason, advice, null);
    }

    CacheDirectoryException(Path directory, String reason, String advice, @Nullable Throwable cause) {
        super("The cache directory " + directory + " " + reason + ". " + advice, cause);
        this.directory = directory;
        this.reason = reason;
        this.advice = advice;
    }

    /** The directory. */
    public Path directory() {
        return directory;
    }

    /** Why it cannot be used, behind its name: "is in use by another process". */
    public String reason() {
        return reason;
    }

    /** What to do about it, a sentence. */
    public String advice() {
        return advice;
    }
}
