@NullMarked
package io.sluice.testing.process;

import org.jspecify.annotations.NullMarked;
