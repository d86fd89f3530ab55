package io.sluice.cache.record;

/**
 * How one kind of record is written.
 *
 * @param <K> what it is found by
 * @param <V> what it holds
 */
public interface RecordFormat<K, V> {

    /** The kind, which names its place in a store. */
    String kind();

    /** The key as it is written. */
    byte[] key(K key);

    /** About how many bytes a value holds. */
    int length(V value);

    /** Writes the fields of a record. */
    byte[] write(V value);

    /**
     * Reads the fields of a record.
     *
     * @throws RuntimeException when they cannot be read, or are not what the key stands for
     */
    V read(K key, RecordReader fields);
}
