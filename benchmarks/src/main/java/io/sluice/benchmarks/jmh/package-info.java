/** Pieces that every request or every byte passes, each alone, by JMH. */
@NullMarked
package io.sluice.benchmarks.jmh;

import org.jspecify.annotations.NullMarked;
