@NullMarked
package io.sluice.gateway.upstream.credential;

import org.jspecify.annotations.NullMarked;
