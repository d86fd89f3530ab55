/** How bytes of a blob get from its file into a connection, where the operating system cannot send the file itself. */
@NullMarked
package io.sluice.gateway.transfer;

import org.jspecify.annotations.NullMarked;
