/** Manifests, the tags that point to them, and the proofs that a repository has them. */
@NullMarked
package io.sluice.cache.manifest;

import org.jspecify.annotations.NullMarked;
