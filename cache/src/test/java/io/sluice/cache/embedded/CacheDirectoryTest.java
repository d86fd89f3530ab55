package io.sluice.cache.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.cache.Jvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class CacheDirectoryTest {

    @TempDir
    private Path temporary;

    @Test
    @DisplayName("T28: the directory is created for its owner alone, parents included where they were missing")
    void itIsCreatedForItsOwnerAlone() throws IOException {
        Path root = temporary.resolve("var").resolve("cache");

        CacheDirectory.take(root).close();

        assertThat(permissions(root)).isEqualTo("rwx------");
    }

    @Test
    @DisplayName("T28: a directory that was open to others is closed to them")
    void anOpenDirectoryIsClosed() throws IOException {
        Path root = Files.createDirectory(temporary.resolve("cache"));
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxrwxrwx"));

        CacheDirectory.take(root).close();

        assertThat(permissions(root)).isEqualTo("rwx------");
    }

    @Test
    @DisplayName("T28: a symbolic link is refused")
    void aSymbolicLinkIsRefused() throws IOException {
        Path real = Files.createDirectory(temporary.resolve("real"));
        Path link = Files.createSymbolicLink(temporary.resolve("link"), real);

        assertRefused(link, "is a symbolic link", "Name the directory that it leads to");
        assertThat(real).isEmptyDirectory();
    }

    @Test
    @DisplayName("T28: a symbolic link in place of the lock is refused")
    void aLinkedLockIsRefused() throws IOException {
        Path root = Files.createDirectory(temporary.resolve("cache"));
        Path elsewhere = temporary.resolve("elsewhere");
        Files.createSymbolicLink(root.resolve("lock"), elsewhere);

        assertRefused(root, "cannot be used", "Name a directory");
        assertThat(elsewhere).doesNotExist();
    }

    @Test
    @DisplayName("T28: a directory of another user is refused, and nothing is left in it")
    void aDirectoryOfAnotherUserIsRefused() throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "only root can give a directory away");
        Path root = Files.createDirectory(temporary.resolve("cache"));
        Files.setAttribute(root, "unix:uid", 12345);

        assertRefused(root, "belongs to 12345", "Name a directory inside it");
        assertThat(root).isEmptyDirectory();
    }

    @Test
    @DisplayName("T28: a directory inside one that everyone may write is refused")
    void aWorldWritableParentIsRefused() throws IOException {
        Path parent = Files.createDirectory(temporary.resolve("open"));
        Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("rwxrwxrwx"));

        assertRefused(parent.resolve("cache"), "where everyone may write", "chmod o-w");
        assertThat(parent).isEmptyDirectory();
    }

    @Test
    void aFileIsRefused() throws IOException {
        assertRefused(Files.createFile(temporary.resolve("file")), "is no directory", "Name another");
    }

    @Test
    void aDirectoryThatCannotBeMadeIsRefused() throws IOException {
        Path file = Files.createFile(temporary.resolve("file"));

        assertRefused(file.resolve("cache"), "cannot be used", "may create or write");
    }

    @Test
    void aDirectoryIsTakenOnceAndCanBeTakenAgain() {
        Path root = temporary.resolve("cache");
        CacheDirectory first = CacheDirectory.take(root);

        assertRefused(root, "is in use by another process", "sluice.cache.directory");

        first.close();
        CacheDirectory.take(root).close();
    }

    @Test
    @Timeout(60)
    @DisplayName("K17: a second process on the directory stops with a message, and the first goes on")
    void aSecondProcessIsToldWhatToDo() throws IOException, InterruptedException {
        Path root = temporary.resolve("cache");
        Path output = temporary.resolve("output");
        try (EmbeddedCache cache = EmbeddedCache.open(EmbeddedCacheSettings.onDisk(root))) {
            Process second = Jvm.running(RestartTest.Writer.class, 128, root.toString(), "0")
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();

            assertThat(second.waitFor(50, TimeUnit.SECONDS)).isTrue();
            assertThat(second.exitValue()).isNotZero();
            assertThat(output)
                    .content()
                    .contains("The cache directory " + root + " is in use by another process. Stop that process");
            assertThat(cache.faults())
                    .allSatisfy((fault, count) -> assertThat(count).isZero());
        }
    }

    @Test
    void aCacheThatDoesNotOpenGivesTheDirectoryBack() throws IOException {
        Path root = temporary.resolve("cache");
        Files.createDirectory(root);
        Path records = Files.createDirectory(root.resolve("records.mv"));
        Files.createFile(records.resolve("inside"));

        EmbeddedCache.open(EmbeddedCacheSettings.onDisk(root)).close();
        EmbeddedCache.open(EmbeddedCacheSettings.onDisk(root)).close();

        assertThat(root.resolve("records.mv")).isRegularFile();
    }

    private static void assertRefused(Path root, String reason, String advice) {
        assertThatThrownBy(() -> EmbeddedCache.open(EmbeddedCacheSettings.onDisk(root)))
                .isInstanceOfSatisfying(
                        CacheDirectoryException.class,
                        e -> assertThat(e.directory()).isEqualTo(root))
                .hasMessageContaining("The cache directory " + root + " ")
                .hasMessageContaining(reason)
                .hasMessageContaining(advice);
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
