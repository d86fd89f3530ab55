package io.sluice.cache.embedded;

import io.sluice.cache.disk.DiskObserver;

/** What goes wrong with blobs is counted with what goes wrong with records. */
record BlobFaults(Faults faults) implements DiskObserver {

    @Override
    public void failed(Object subject, Throwable cause) {
        faults.report(StoreFault.FAILURE, subject, cause);
    }

    @Override
    public void damaged(Object subject, Throwable cause) {
        faults.report(StoreFault.DAMAGED_BLOB, subject, cause);
    }

    @Override
    public void full(Object subject, Throwable cause) {
        faults.report(StoreFault.DISK_FULL, subject, cause);
    }
}
