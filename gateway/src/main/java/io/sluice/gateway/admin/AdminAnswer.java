package io.sluice.gateway.admin;

import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * What an operator is answered.
 *
 * @param status the status of HTTP
 * @param body what is sent as JSON
 */
record AdminAnswer(int status, Map<String, ?> body) {

    private static final JsonMapper JSON = JsonMapper.shared();

    static AdminAnswer done(Map<String, ?> what) {
        return new AdminAnswer(200, what);
    }

    static AdminAnswer refused(int status, String why) {
        return new AdminAnswer(status, Map.of("error", why));
    }

    byte[] json() {
        return JSON.writeValueAsBytes(body);
    }
}
