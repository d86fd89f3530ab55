/** Where the credentials of a route come from, and how those that end are renewed. */
@NullMarked
package io.sluice.gateway.upstream.credential;

import org.jspecify.annotations.NullMarked;
