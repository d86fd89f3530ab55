package io.sluice.cache.disk;

/** Is told what goes wrong with the disk; none of it fails a pull. */
public interface DiskObserver {

    /** Something could not be read or written. */
    void failed(Object subject, Throwable cause);

    /** A file is not what its name says; it was put into quarantine. */
    void damaged(Object subject, Throwable cause);

    /** The disk is full although the limit is not reached. */
    void full(Object subject, Throwable cause);
}
