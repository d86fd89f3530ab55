/** What may be pulled, and by which rules. */
@NullMarked
package io.sluice.gateway.policy;

import org.jspecify.annotations.NullMarked;
