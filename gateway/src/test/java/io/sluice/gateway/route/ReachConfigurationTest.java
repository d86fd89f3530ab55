package io.sluice.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.sluice.gateway.upstream.TransportSettings;
import io.sluice.gateway.upstream.TransportSettings.Proxy;
import io.sluice.gateway.upstream.TransportSettings.Trust;
import io.sluice.gateway.upstream.credential.Credential;
import io.sluice.gateway.upstream.credential.CredentialSettings.DockerConfig;
import io.sluice.gateway.upstream.credential.CredentialSettings.EcrAccount;
import io.sluice.gateway.upstream.credential.CredentialSettings.GoogleAccount;
import io.sluice.gateway.upstream.credential.CredentialSettings.PasswordFile;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where credentials come from, whom to trust and which proxy to go through: how it is written, and what is wrong with it. */
class ReachConfigurationTest {

    private static final String ROUTE = """
            sluice.routes.hub:
              upstream: https://registry.example
              paths: [/hub]
              public: true
            """;

    private static final String ECR = """
            sluice.routes.hub:
              upstream: https://123456789012.dkr.ecr.eu-central-1.amazonaws.com
              paths: [/hub]
              public: true
            """;

    @TempDir
    private Path directory;

    private Path file;
    private Path certificate;
    private Path key;

    @BeforeEach
    void write() throws Exception {
        file = Files.writeString(directory.resolve("file"), "s3cret");
        X509Bundle bundle = new CertificateBuilder()
                .ecp256()
                .subject("CN=a")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        certificate = Files.writeString(directory.resolve("tls.crt"), bundle.getCertificatePEM());
        key = Files.writeString(directory.resolve("tls.key"), bundle.getPrivateKeyPEM());
    }

    @Test
    void everyKindOfCredentialReachesItsPlace() {
        RouteSettings route = read(ECR + """
                  credentials:
                    - {username: robot, password: s3cret}
                    - {username: robot, password-file: FILE}
                    - docker-config: FILE
                    - ecr: {}
                    - ecr: {region: us-gov-west-1, endpoint: 'http://10.0.0.7:8080/'}
                    - google: {}
                    - google: {service-account-file: FILE}
                    - {username: '', password: '', password-file: ''}
                """);

        assertThat(route.credentials())
                .containsExactly(
                        new Credential("robot", "s3cret"),
                        new PasswordFile("robot", file),
                        new DockerConfig(file),
                        new EcrAccount("eu-central-1", null),
                        new EcrAccount("us-gov-west-1", URI.create("http://10.0.0.7:8080")),
                        new GoogleAccount(null),
                        new GoogleAccount(file));
    }

    @ParameterizedTest
    @CsvSource({
        "123456789012.dkr.ecr.eu-central-1.amazonaws.com, eu-central-1",
        "123456789012.dkr.ecr-fips.us-east-1.amazonaws.com, us-east-1",
        "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn, cn-north-1",
        "123456789012.dkr-ecr.eu-west-1.on.aws, eu-west-1"
    })
    void theRegionOfEcrIsTakenFromTheHost(String host, String region) {
        assertThat(read("sluice.routes.hub: {upstream: 'https://" + host + "', root: true, public: true,"
                                + " credentials: [{ecr: {}}]}")
                        .credentials())
                .containsExactly(new EcrAccount(region, null));
    }

    @Test
    void credentialsMayComeFromVariables() {
        assertThat(WrittenConfiguration.read(
                                ROUTE,
                                Map.of(
                                        "SLUICE_ROUTES_HUB_CREDENTIALS_0_USERNAME", "robot",
                                        "SLUICE_ROUTES_HUB_CREDENTIALS_0_PASSWORDFILE", file.toString(),
                                        "SLUICE_ROUTES_HUB_CREDENTIALS_1_ECR_REGION", "eu-central-1"))
                        .routes()
                        .getFirst()
                        .credentials())
                .containsExactly(new PasswordFile("robot", file), new EcrAccount("eu-central-1", null));
    }

    @Test
    void trustAndProxyReachTheirPlaces() {
        RouteSettings route = read(ROUTE + """
                  trust: {ca: [CERTIFICATE], certificate: CERTIFICATE, private-key: KEY}
                  proxy:
                    url: http://Proxy.example:3128
                    username: gateway
                    password-file: FILE
                    exceptions: [registry.example, .Example.org, 10.0.0.7]
                """);

        assertThat(route.transport())
                .isEqualTo(new TransportSettings(
                        new Trust(List.of(certificate), certificate, key),
                        new Proxy(
                                "proxy.example",
                                3128,
                                new PasswordFile("gateway", file),
                                List.of("registry.example", ".example.org", "10.0.0.7"))));
    }

    @Test
    @DisplayName("T10: two replicas mean the same by a source of credentials that is written alike")
    void whatReplicasShareIsNamedByWhatIsWritten() {
        String credentials =
                "  credentials: [{username: robot, password-file: FILE}, {google: {}}, {ecr: {region: eu-west-1}}]";

        assertThat(read(ROUTE + credentials).scope())
                .isEqualTo(read(ROUTE + credentials).scope())
                .isNotEqualTo(read(ROUTE + "  credentials: [{username: robot, password-file: FILE}]")
                        .scope());
        assertThat(read(ROUTE + credentials).scope()).doesNotContain("s3cret", "robot");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            credentials: [{username: a, password: s3cret, password-file: FILE}] | credentials[0].password-file | given beside a password
            credentials: [{password-file: FILE}] | credentials[0].password-file | given without its username
            credentials: [{username: a, password-file: s3cret}] | credentials[0].password-file | the value is not a file that can be read
            credentials: [{docker-config: /absent}] | credentials[0].docker-config | is not a file that can be read
            credentials: [{username: a, password: s3cret, google: {}}] | credentials[0].google | a second kind of credential
            credentials: [{ecr: {}}] | credentials[0].ecr | ecr needs a region
            credentials: [{ecr: {region: Frankfurt}}] | credentials[0].ecr.region | 'Frankfurt' is not a region
            credentials: [{google: {service-account-file: /absent}}] | credentials[0].google.service-account-file | is not a file
            trust: {ca: [/absent]} | trust.ca[0] | /absent cannot be read
            trust: {ca: [FILE]} | trust.ca[0] | has
            trust: {ca: [KEY]} | trust.ca[0] | has something that is no certificate
            trust: {certificate: CERTIFICATE} | trust.certificate | given alone
            trust: {certificate: CERTIFICATE, private-key: FILE} | trust.private-key | has no private key
            trust: {insecure: true} | trust.insecure | there is no such key
            proxy: {url: proxy.example} | proxy.url | is not an http or https URL
            proxy: {url: 'https://proxy.example'} | proxy.url | is not an http URL
            proxy: {url: 'http://gateway:s3cret@proxy.example'} | proxy.url | '…@proxy.example' is not
            proxy: {url: 'http://proxy.example', username: a} | proxy.username | given alone
            proxy: {url: 'http://proxy.example', password: s3cret} | proxy.password | given alone
            proxy: {username: a, password: s3cret} | proxy.username | given without the url
            proxy: {url: 'http://proxy.example', exceptions: ['*.example']} | proxy.exceptions[0] | is not a host
            proxy: {url: 'http://proxy.example', exceptions: ['a.example:80']} | proxy.exceptions[0] | is not a host
            """)
    @DisplayName("T20, T24: what cannot be used stops the start, and no secret is repeated")
    void whatCannotBeUsedStopsTheStart(String yaml, String key, String problem) {
        ConfigurationFaultsException wrong =
                catchThrowableOfType(ConfigurationFaultsException.class, () -> read(ROUTE + "  " + yaml));

        assertThat(wrong).isNotNull();
        assertThat(wrong.faults()).anySatisfy(fault -> {
            assertThat(fault.key()).isEqualTo("sluice.routes.hub." + key);
            assertThat(fault.problem()).contains(problem);
        });
        assertThat(wrong.faults().toString()).doesNotContain("s3cret");
    }

    @Test
    @DisplayName("T24: a certificate that nobody would ever see is a fault")
    void aCertificateForAnHttpUpstreamIsAFault() {
        ConfigurationFaultsException wrong = catchThrowableOfType(ConfigurationFaultsException.class, () -> read("""
                        sluice.routes.hub:
                          upstream: http://registry.example
                          root: true
                          trust: {certificate: CERTIFICATE, private-key: KEY}
                        """));

        assertThat(wrong.faults())
                .singleElement()
                .satisfies(fault -> assertThat(fault.problem()).contains("shown to an https upstream only"));
    }

    private RouteSettings read(String yaml) {
        String written = yaml.replace("FILE", file.toString())
                .replace("CERTIFICATE", certificate.toString())
                .replace("KEY", key.toString());
        return WrittenConfiguration.read(written).routes().getFirst();
    }
}
