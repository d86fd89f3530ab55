package io.sluice.credentials.cloud;

import java.time.Instant;

/**
 * A name and a password that a cloud gave for a while; it never shows the password.
 *
 * @param username the name
 * @param password the secret
 * @param end when the cloud stops accepting it
 */
public record CloudLogin(String username, String password, Instant end) {

    @Override
    public String toString() {
        return "CloudLogin[" + username + ", " + end + "]";
    }
}
