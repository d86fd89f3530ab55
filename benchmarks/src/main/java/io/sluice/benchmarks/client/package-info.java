/** Many clients in one thread that read blobs and keep nothing of them, so that they cost little. */
@NullMarked
package io.sluice.benchmarks.client;

import org.jspecify.annotations.NullMarked;
