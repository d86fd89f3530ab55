package io.sluice.cache.flight;

/** No further flight may start until another has landed; whoever asks for what is already in the air may still join. */
public final class TooManyFlightsException extends RuntimeException {

    public TooManyFlightsException(Object key, int maximum) {
        super("no fetch of " + key + ", there are " + maximum + " in the air already", null, false, false);
    }
}
