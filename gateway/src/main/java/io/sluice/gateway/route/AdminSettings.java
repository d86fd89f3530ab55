package io.sluice.gateway.route;

import org.jspecify.annotations.Nullable;

/**
 * Who may forget and refresh, on the management port: {@code sluice.admin}.
 *
 * @param token what authenticates, or null: then it is only for this machine
 */
public record AdminSettings(@Nullable String token) {

    /** What holds where the configuration says nothing. */
    static final AdminSettings DEFAULT = new AdminSettings(null);

    @Override
    public String toString() {
        return "AdminSettings[token " + (token == null ? "not set" : "set") + "]";
    }
}
