/** What can go wrong, and the one mapping from that to an OCI error answer. */
@NullMarked
package io.sluice.gateway.error;

import org.jspecify.annotations.NullMarked;
