package io.sluice.gateway.pull;

import io.sluice.cache.flight.Flights;
import io.sluice.oci.Digest;

/** Makes of the flights of this replica those that all replicas share. */
public interface AcrossReplicas {

    /** There are no other replicas. */
    AcrossReplicas ALONE = new AcrossReplicas() {

        @Override
        public <V> Flights<Digest, V> manifests(Flights<Digest, V> local) {
            return local;
        }

        @Override
        public <V> Flights<TagWish, V> tags(String question, Flights<TagWish, V> local) {
            return local;
        }
    };

    /** The flights that bring manifests. */
    <V> Flights<Digest, V> manifests(Flights<Digest, V> local);

    /**
     * The flights that ask where tags point.
     *
     * @param question what is asked; only those with the same question wait for each other
     */
    <V> Flights<TagWish, V> tags(String question, Flights<TagWish, V> local);
}
