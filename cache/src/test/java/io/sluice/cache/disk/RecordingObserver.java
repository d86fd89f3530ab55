package io.sluice.cache.disk;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers what it is told. */
final class RecordingObserver implements DiskObserver {

    private final List<String> told = new CopyOnWriteArrayList<>();

    @Override
    public void failed(Object subject, Throwable cause) {
        told.add("failed " + subject + ": " + cause);
    }

    @Override
    public void damaged(Object subject, Throwable cause) {
        told.add("damaged " + subject + ": " + cause);
    }

    @Override
    public void full(Object subject, Throwable cause) {
        told.add("full " + subject + ": " + cause);
    }

    List<String> told() {
        return told;
    }
}
