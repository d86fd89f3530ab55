package io.sluice.cache.disk;

import io.sluice.cache.disk.RecordedFiles.Step;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A disk that promises no more than POSIX does. What a file contains survives a loss of power when the file was forced
 * afterwards; a name that came or went survives when its directory was. Of everything else anything may survive, each
 * change by itself: of a rename between two directories the one half, the other, both or none.
 */
final class SimulatedDisk {

    private static final int DIRECTORY = -1;

    private final Path base;
    private final Map<Path, Integer> live = new HashMap<>();
    private final Map<Path, Integer> durable = new HashMap<>();
    private final Map<Integer, Content> contents = new HashMap<>();
    private final List<Change> pending = new ArrayList<>();

    /** A name that has come to mean this inode, or none. */
    private record Change(Path name, @Nullable Integer inode) {}

    /** An empty disk with one directory. */
    SimulatedDisk(Path base) {
        this.base = base;
    }

    /** What has become of the bytes of a file that were not forced. */
    enum Unforced {
        LOST,
        HALF,
        ALL
    }

    private static final class Content {

        private byte[] all = new byte[0];
        private byte[] forced = all;
        private byte[] half = all;

        void write(long at, byte[] bytes) {
            int begin = Math.toIntExact(at);
            all = Arrays.copyOf(all, Math.max(all.length, begin + bytes.length));
            System.arraycopy(bytes, 0, all, begin, bytes.length);
            int unforced = all.length - forced.length;
            half = Arrays.copyOf(Arrays.copyOf(all, forced.length + unforced / 2), all.length);
        }

        void force() {
            forced = all;
            half = all;
        }

        /** Half is a file of its full length, with the first half of what is new. */
        byte[] after(Unforced unforced) {
            return switch (unforced) {
                case LOST -> forced;
                case HALF -> half;
                case ALL -> all;
            };
        }
    }

    void apply(Step step) {
        switch (step) {
            case Step.MadeDirectory made -> change(made.directory(), DIRECTORY);
            case Step.Created created -> {
                contents.put(created.inode(), new Content());
                change(created.file(), created.inode());
            }
            case Step.Wrote wrote -> content(wrote.inode()).write(wrote.at(), wrote.bytes());
            case Step.Forced forced -> content(forced.inode()).force();
            case Step.ForcedDirectory forced -> force(forced.directory());
            case Step.Renamed renamed -> {
                Integer inode = Objects.requireNonNull(live.get(renamed.from()));
                change(renamed.to(), inode);
                change(renamed.from(), null);
            }
            case Step.Deleted deleted -> change(deleted.file(), null);
            case Step.Kept ignored -> {}
        }
    }

    private Content content(int inode) {
        return Objects.requireNonNull(contents.get(inode));
    }

    private void change(Path name, @Nullable Integer inode) {
        if (Objects.equals(live.get(name), inode)) {
            return;
        }
        pending.add(new Change(name, inode));
        set(live, name, inode);
    }

    private void force(Path directory) {
        for (Change change : List.copyOf(pending)) {
            if (directory.equals(change.name().getParent())) {
                set(durable, change.name(), change.inode());
                pending.remove(change);
            }
        }
    }

    private static void set(Map<Path, Integer> names, Path name, @Nullable Integer inode) {
        if (inode == null) {
            names.remove(name);
        } else {
            names.put(name, inode);
        }
    }

    // --- power is lost now

    /** Every name that may be there afterwards. */
    Set<Path> possible() {
        Set<Path> names = new HashSet<>(durable.keySet());
        pending.forEach(change -> names.add(change.name()));
        names.removeIf(name -> contents(name).isEmpty());
        return names;
    }

    /** All that a file may contain afterwards, if it may be there. */
    List<byte[]> contents(Path name) {
        if (!ancestors(name).allMatch(at -> meanings(at).contains(Optional.of(DIRECTORY)))) {
            return List.of();
        }
        return meanings(name).stream()
                .flatMap(Optional::stream)
                .filter(inode -> inode != DIRECTORY)
                .flatMap(inode -> Stream.of(Unforced.values()).map(content(inode)::after))
                .toList();
    }

    /** Whether a name is there afterwards in any case. */
    boolean isSafe(Path name) {
        return !meanings(name).contains(Optional.<Integer>empty())
                && ancestors(name).allMatch(at -> meanings(at).equals(Set.of(Optional.of(DIRECTORY))));
    }

    /** All that a name may mean afterwards: each change to it may have survived or not, whatever became of the others. */
    private Set<Optional<Integer>> meanings(Path name) {
        Set<Optional<Integer>> meanings = new HashSet<>();
        meanings.add(Optional.ofNullable(durable.get(name)));
        pending.stream()
                .filter(change -> change.name().equals(name))
                .forEach(change -> meanings.add(Optional.ofNullable(change.inode())));
        return meanings;
    }

    private Stream<Path> ancestors(Path name) {
        return Stream.iterate(name.getParent(), at -> at != null && !at.equals(base), Path::getParent);
    }

    /** One of the many states of the disk afterwards: the files that are there. */
    Map<Path, byte[]> files(BooleanSupplier survives, Unforced unforced) {
        Map<Path, Integer> names = new HashMap<>(durable);
        for (Change change : pending) {
            if (survives.getAsBoolean()) {
                set(names, change.name(), change.inode());
            }
        }
        Map<Path, byte[]> files = new HashMap<>();
        names.forEach((name, inode) -> {
            if (inode != DIRECTORY && ancestors(name).allMatch(at -> Objects.equals(names.get(at), DIRECTORY))) {
                files.put(name, content(inode).after(unforced));
            }
        });
        return files;
    }
}
