/** The packaged gateway, nginx and distribution, measured side by side on one machine. */
@NullMarked
package io.sluice.benchmarks;

import org.jspecify.annotations.NullMarked;
