@NullMarked
package io.sluice.oci;

import org.jspecify.annotations.NullMarked;
