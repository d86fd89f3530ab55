package io.sluice.testing.process;

/** Something that runs until it is closed. */
public interface Started extends AutoCloseable {

    @Override
    void close();
}
