package io.sluice.cache.record;

/** A record cannot be read: another version, another checksum, or nothing that was ever written. */
public final class MalformedRecordException extends RuntimeException {

    public MalformedRecordException(String reason) {
        super(reason, null, false, false);
    }
}
