package io.sluice.gateway.upstream;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;
import org.springframework.boot.ssl.pem.PemContent;

/** A file of certificates or of a key in PEM (RFC 7468); reading it blocks. What is said of it holds nothing of a key. */
public record PemFile(Path path) {

    /** @throws IllegalArgumentException if there is not a certificate in it, or something that is none */
    public List<X509Certificate> certificates() {
        try {
            List<X509Certificate> certificates = PemContent.load(path).getCertificates();
            if (certificates == null || certificates.isEmpty()) {
                throw problem("has no certificate");
            }
            return List.copyOf(certificates);
        } catch (IOException e) {
            throw problem("cannot be read");
        } catch (IllegalStateException e) {
            throw problem("has something that is no certificate");
        }
    }

    /** @throws IllegalArgumentException if there is no key in it, or one that is encrypted */
    public PrivateKey privateKey() {
        try {
            PrivateKey key = PemContent.load(path).getPrivateKey();
            if (key == null) {
                throw problem("has no private key");
            }
            return key;
        } catch (IOException e) {
            throw problem("cannot be read");
        } catch (IllegalStateException e) {
            throw problem("has no private key that can be used; expected one that is not encrypted");
        }
    }

    /** Whether a key is that of a certificate. */
    public static boolean isPair(X509Certificate certificate, PrivateKey key) {
        PublicKey other = certificate.getPublicKey();
        String algorithm = switch (key.getAlgorithm()) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default -> key.getAlgorithm();
        };
        byte[] text = {1, 2, 3};
        try {
            Signature signer = Signature.getInstance(algorithm);
            signer.initSign(key);
            signer.update(text);
            byte[] signature = signer.sign();
            signer.initVerify(other);
            signer.update(text);
            return signer.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private IllegalArgumentException problem(String what) {
        return new IllegalArgumentException(path + " " + what);
    }
}
