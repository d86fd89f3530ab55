/** What an operator may do to the cache of a running gateway, on the management port. */
@NullMarked
package io.sluice.gateway.admin;

import org.jspecify.annotations.NullMarked;
