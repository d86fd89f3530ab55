package io.sluice.gateway.pull;

import io.sluice.oci.Digest;
import org.jspecify.annotations.Nullable;

/**
 * What a tag pointed to before and after the upstream was asked.
 *
 * @param from before, or null when nothing was known
 * @param to now
 */
public record Refreshed(@Nullable Digest from, Digest to) {}
