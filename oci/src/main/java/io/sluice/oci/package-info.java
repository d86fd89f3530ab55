/** The values of the OCI distribution protocol and the parser that makes them; free of any dependency. */
@NullMarked
package io.sluice.oci;

import org.jspecify.annotations.NullMarked;
