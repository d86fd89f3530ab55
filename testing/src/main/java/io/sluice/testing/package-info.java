/** What the tests of several modules share: the gates, scripted upstreams and raw clients. */
@NullMarked
package io.sluice.testing;

import org.jspecify.annotations.NullMarked;
