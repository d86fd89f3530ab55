package io.sluice.gateway.route;

import org.jspecify.annotations.Nullable;

/**
 * Something wrong in the configuration.
 *
 * @param key the full key
 * @param where file and line, or the environment variable; null for what is missing
 * @param problem what is wrong and what is expected; never a secret
 */
record Fault(String key, @Nullable String where, String problem) {

    @Override
    public String toString() {
        return where == null ? key + ": " + problem : key + " (" + where + "): " + problem;
    }
}
