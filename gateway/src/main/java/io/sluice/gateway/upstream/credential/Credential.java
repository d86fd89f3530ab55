package io.sluice.gateway.upstream.credential;

/**
 * A name and a password or access token; it never shows the secret (T20).
 *
 * @param username the name
 * @param password the secret
 */
public record Credential(String username, String password) implements CredentialSettings {

    @Override
    public String account() {
        return username;
    }

    @Override
    public String toString() {
        return "Credential[" + username + "]";
    }
}
