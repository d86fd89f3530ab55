/** The edge: what is refused before it is a request, and how connections are bounded. */
@NullMarked
package io.sluice.gateway.server;

import org.jspecify.annotations.NullMarked;
