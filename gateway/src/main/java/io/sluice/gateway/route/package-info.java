/** From YAML to routes of Spring Cloud Gateway, and the filters that answer on them. */
@NullMarked
package io.sluice.gateway.route;

import org.jspecify.annotations.NullMarked;
