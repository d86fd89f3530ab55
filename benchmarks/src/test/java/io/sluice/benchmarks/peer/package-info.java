@NullMarked
package io.sluice.benchmarks.peer;

import org.jspecify.annotations.NullMarked;
