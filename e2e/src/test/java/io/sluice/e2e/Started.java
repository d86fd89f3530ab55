package io.sluice.e2e;

/** Something that runs beside the tests until it is closed. */
interface Started extends AutoCloseable {

    @Override
    void close();
}
