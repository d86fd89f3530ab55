@NullMarked
package io.sluice.gateway.policy;

import org.jspecify.annotations.NullMarked;
