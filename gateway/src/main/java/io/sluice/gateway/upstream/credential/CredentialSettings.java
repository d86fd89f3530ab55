package io.sluice.gateway.upstream.credential;

import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where a credential comes from: one element of a route's {@code credentials}. */
public sealed interface CredentialSettings
        permits Credential,
                CredentialSettings.PasswordFile,
                CredentialSettings.DockerConfig,
                CredentialSettings.EcrAccount,
                CredentialSettings.GoogleAccount {

    /** As whom a registry is asked, as far as that is written: the same on all replicas, and no secret. */
    String account();

    /**
     * A password in a file, which is read again when it changes, such as a mounted secret.
     *
     * @param username the name
     * @param file has the password, and nothing else but a newline at its end
     */
    record PasswordFile(String username, Path file) implements CredentialSettings {

        @Override
        public String account() {
            return username;
        }
    }

    /**
     * Docker's {@code config.json}, with credentials in it or the names of programs that have them.
     *
     * @param file the file
     */
    record DockerConfig(Path file) implements CredentialSettings {

        @Override
        public String account() {
            return "docker-config:" + file;
        }
    }

    /**
     * Amazon's Elastic Container Registry.
     *
     * @param region such as {@code eu-central-1}
     * @param endpoint where its API is, or null for where it usually is
     */
    record EcrAccount(String region, @Nullable URI endpoint) implements CredentialSettings {

        @Override
        public String account() {
            return "ecr:" + region;
        }
    }

    /**
     * Google's registries.
     *
     * @param serviceAccount the key file of a service account, or null for the application default credentials
     */
    record GoogleAccount(@Nullable Path serviceAccount) implements CredentialSettings {

        @Override
        public String account() {
            return serviceAccount == null ? "google" : "google:" + serviceAccount;
        }
    }
}
