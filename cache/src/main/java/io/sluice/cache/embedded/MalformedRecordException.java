package io.sluice.cache.embedded;

/** A record cannot be read: another version, another checksum, or nothing that was ever written. */
final class MalformedRecordException extends RuntimeException {

    MalformedRecordException(String reason) {
        super(reason, null, false, false);
    }
}
