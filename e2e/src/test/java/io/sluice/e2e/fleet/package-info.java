/** Several gateways, each a process of its own, one Redis, and what happens to any of them. */
@NullMarked
package io.sluice.e2e.fleet;

import org.jspecify.annotations.NullMarked;
