/** How much memory the gateway takes while readers of every kind read one very large blob. */
@NullMarked
package io.sluice.benchmarks.memory;

import org.jspecify.annotations.NullMarked;
