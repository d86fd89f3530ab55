/** How long the gateway takes to start, on a directory in which something is held. */
@NullMarked
package io.sluice.benchmarks.start;

import org.jspecify.annotations.NullMarked;
