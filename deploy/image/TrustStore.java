import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;

/** Writes a trust store for a JVM, {@code cacerts}, that holds the certificates of some PEM files. */
final class TrustStore {

    private TrustStore() {}

    public static void main(String[] files) throws Exception {
        CertificateFactory certificates = CertificateFactory.getInstance("X.509");
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        for (int i = 1; i < files.length; i++) {
            Path file = Path.of(files[i]);
            try (InputStream pem = Files.newInputStream(file)) {
                Certificate authority = certificates.generateCertificate(pem);
                store.setCertificateEntry(file.getFileName().toString(), authority);
            }
        }
        if (store.size() == 0) {
            throw new IllegalArgumentException("no certificates");
        }
        try (OutputStream output = Files.newOutputStream(Path.of(files[0]))) {
            store.store(output, new char[0]);
        }
    }
}
