package io.sluice.benchmarks.peer;

import io.sluice.testing.process.Started;
import java.net.URI;

/**
 * Something that blobs are pulled through, or the registry itself.
 *
 * @param name the column of the tables
 * @param version what runs, for the record
 * @param uri where clients ask
 * @param pid of its first process
 * @param process ends it
 */
public record Peer(String name, String version, URI uri, long pid, Started process) implements Started {

    @Override
    public void close() {
        process.close();
    }
}
