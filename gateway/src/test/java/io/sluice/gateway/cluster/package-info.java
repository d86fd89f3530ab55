@NullMarked
package io.sluice.gateway.cluster;

import org.jspecify.annotations.NullMarked;
