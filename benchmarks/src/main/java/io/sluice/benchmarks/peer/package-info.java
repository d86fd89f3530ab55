/** What is compared, and the registry behind it. */
@NullMarked
package io.sluice.benchmarks.peer;

import org.jspecify.annotations.NullMarked;
