/** Logins for registries that clouds give for a while: the one place that knows the SDKs of Amazon and Google. */
@NullMarked
package io.sluice.credentials.cloud;

import org.jspecify.annotations.NullMarked;
