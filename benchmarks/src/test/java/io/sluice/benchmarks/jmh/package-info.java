@NullMarked
package io.sluice.benchmarks.jmh;

import org.jspecify.annotations.NullMarked;
