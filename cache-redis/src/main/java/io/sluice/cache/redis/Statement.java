package io.sluice.cache.redis;

import io.sluice.cache.manifest.Proof;
import java.time.Instant;

/** What Redis says of some content in a repository. */
sealed interface Statement {

    /** The repository has it. */
    record Proven(Proof proof) implements Statement {}

    /** The upstream said no, so every replica takes away what it holds that is not younger (T12). */
    record Revoked(Instant at) implements Statement {}
}
