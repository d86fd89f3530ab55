/** Programs that run beside tests and benchmarks: on ports of their own, waited for with a limit, always ended. */
@NullMarked
package io.sluice.testing.process;

import org.jspecify.annotations.NullMarked;
