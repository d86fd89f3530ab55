/** A registry as a client sees it: challenges, tokens, redirects, timers. */
@NullMarked
package io.sluice.gateway.upstream;

import org.jspecify.annotations.NullMarked;
