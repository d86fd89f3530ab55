@NullMarked
package io.sluice.gateway.admin;

import org.jspecify.annotations.NullMarked;
