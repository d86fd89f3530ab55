@NullMarked
package io.sluice.benchmarks.client;

import org.jspecify.annotations.NullMarked;
