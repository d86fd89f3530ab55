/** What Redis does to those who find what they ask for in the gateway's own cache. */
@NullMarked
package io.sluice.benchmarks.redis;

import org.jspecify.annotations.NullMarked;
