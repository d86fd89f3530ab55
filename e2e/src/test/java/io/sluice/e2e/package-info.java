/** Real clients pull from a real registry through the running gateway, and get what they get without it. */
@NullMarked
package io.sluice.e2e;

import org.jspecify.annotations.NullMarked;
