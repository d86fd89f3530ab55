package io.sluice.gateway.route;

import io.sluice.gateway.server.EdgeApplication;
import io.sluice.gateway.server.EdgeApplication.Edge;
import io.sluice.testing.RawClient;
import io.sluice.testing.TestCertificate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The edge in front of blobs that tests put there.
 *
 * @param certificate of the TLS, or null in the clear
 */
record KeptBlobsServer(Edge edge, KeptBlobs blobs, @Nullable TestCertificate certificate) implements AutoCloseable {

    private static final int RECEIVE_BUFFER = 8 * 1024;

    /** Starts one, with further properties. */
    static KeptBlobsServer start(Wire wire, String... properties) {
        List<String> all = new ArrayList<>(List.of(properties));
        TestCertificate certificate = wire == Wire.TLS ? newCertificate() : null;
        if (certificate != null) {
            all.add("server.ssl.key-store=" + certificate.keyStoreFile());
            all.add("server.ssl.key-store-password=" + TestCertificate.PASSWORD);
            all.add("server.ssl.key-store-type=PKCS12");
            all.add("management.server.ssl.enabled=false");
        }
        Edge edge = EdgeApplication.start(List.of(KeptBlobs.class), all.toArray(String[]::new));
        return new KeptBlobsServer(edge, edge.context().getBean(KeptBlobs.class), certificate);
    }

    private static TestCertificate newCertificate() {
        try {
            Path directory = Files.createTempDirectory("kept-blobs");
            directory.toFile().deleteOnExit();
            TestCertificate certificate = TestCertificate.in(directory);
            certificate.keyStoreFile().toFile().deleteOnExit();
            return certificate;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    RawClient connect() {
        return certificate == null
                ? RawClient.connect(edge.port())
                : RawClient.connectTls(edge.port(), certificate.clientContext());
    }

    /** Connects with a small receive buffer, so that not reading is felt soon. */
    RawClient connectSlow() {
        return certificate == null
                ? RawClient.connectSlow(edge.port(), RECEIVE_BUFFER)
                : RawClient.connectSlowTls(edge.port(), RECEIVE_BUFFER, certificate.clientContext());
    }

    /** Puts a blob under a name; the path that leads to it. */
    String put(String name, FakeBlob blob) {
        return blobs.put(name, blob);
    }

    @Override
    public void close() {
        edge.close();
    }
}
