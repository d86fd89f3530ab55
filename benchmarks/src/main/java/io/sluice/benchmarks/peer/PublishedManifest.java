package io.sluice.benchmarks.peer;

import io.sluice.benchmarks.client.Target;

/** A manifest that the registry has, as it is asked for by its tag and by its digest. */
public record PublishedManifest(Target byTag, Target byDigest) {}
