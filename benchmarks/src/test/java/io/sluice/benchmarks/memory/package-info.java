@NullMarked
package io.sluice.benchmarks.memory;

import org.jspecify.annotations.NullMarked;
