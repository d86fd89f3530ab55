/** An upstream that is at times unwell, clients that keep pulling through one gateway, and the counts of both sides. */
@NullMarked
package io.sluice.e2e.weather;

import org.jspecify.annotations.NullMarked;
