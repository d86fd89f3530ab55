/** What the cache keeps is addressed by these keys, whichever backend keeps it. */
@NullMarked
package io.sluice.cache;

import org.jspecify.annotations.NullMarked;
