/** Which of several gateways fetches a blob, and which of them hold it. */
@NullMarked
package io.sluice.cache.replica;

import org.jspecify.annotations.NullMarked;
