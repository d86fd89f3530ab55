package io.sluice.cache.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.oci.Digest;
import io.sluice.oci.Digest.Algorithm;
import io.sluice.oci.MediaTypes;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManifestDigestsTest {

    private static final String SIGNED = MediaTypes.DOCKER_SCHEMA1_SIGNED;

    @Test
    void theDigestOfAManifestListIsThatOfItsBytes() {
        assertThat(Seeds.list()).hasSize(1638);
        assertThat(ManifestDigests.of(Algorithm.SHA256, MediaTypes.DOCKER_MANIFEST_LIST, Seeds.list()))
                .isEqualTo(Seeds.LIST_DIGEST);
    }

    @Test
    void theDigestOfASignedSchema1ManifestIsThatOfItsPayload() {
        assertThat(ManifestDigests.of(Algorithm.SHA256, SIGNED, Seeds.schema1()))
                .isEqualTo(Seeds.SCHEMA1_DIGEST);
        assertThat(ManifestDigests.of(Algorithm.SHA512, SIGNED, Seeds.schema1()))
                .isEqualTo(Digest.hash(
                        Algorithm.SHA512, SignedPayload.of(Seeds.schema1()).bytes()));
    }

    @Test
    void anUnsignedSchema1ManifestIsHashedAsItIs() {
        assertThat(ManifestDigests.of(Algorithm.SHA256, MediaTypes.DOCKER_SCHEMA1, Seeds.schema1()))
                .isEqualTo(Digest.hash(Algorithm.SHA256, Seeds.schema1()));
    }

    @Test
    void thePayloadIsWhatTheSignatureInTheManifestSigns() throws GeneralSecurityException {
        String body = new String(Seeds.schema1(), StandardCharsets.UTF_8);
        String payload = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(SignedPayload.of(Seeds.schema1()).bytes());

        Signature verifier = Signature.getInstance("SHA256withECDSAinP1363Format");
        verifier.initVerify(key(member(body, "x"), member(body, "y")));
        verifier.update((member(body, "protected") + "." + payload).getBytes(StandardCharsets.US_ASCII));

        assertThat(verifier.verify(Base64.getUrlDecoder().decode(member(body, "signature"))))
                .isTrue();
    }

    private static String member(String body, String name) {
        Matcher matcher = Pattern.compile("\"" + name + "\": \"([^\"]+)\"").matcher(body);
        assertThat(matcher.find()).as(name).isTrue();
        return matcher.group(1);
    }

    private static PublicKey key(String x, String y) throws GeneralSecurityException {
        AlgorithmParameters curve = AlgorithmParameters.getInstance("EC");
        curve.init(new ECGenParameterSpec("secp256r1"));
        ECPoint point = new ECPoint(coordinate(x), coordinate(y));
        return KeyFactory.getInstance("EC")
                .generatePublic(new ECPublicKeySpec(point, curve.getParameterSpec(ECParameterSpec.class)));
    }

    private static BigInteger coordinate(String base64url) {
        return new BigInteger(1, Base64.getUrlDecoder().decode(base64url));
    }

    @Test
    void signaturesThatAgreeAreTaken() {
        String header = header(6, "}");
        assertThat(ManifestDigests.of(
                        Algorithm.SHA256, SIGNED, signed("{\"a\":1", signature(header) + "," + signature(header))))
                .isEqualTo(Digest.hash(Algorithm.SHA256, "{\"a\":1}".getBytes(StandardCharsets.UTF_8)));
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(delimiter = '|', textBlock = """
            {"a":1}                                              | it has no signature
            {"a":1,"signatures":[]}                              | it has no signature
            {"a":1,"signatures":{}}                              | its signatures are no array
            {"a":1,"signatures":[1]}                             | a signature is no object
            {"a":1,"signatures":[{}]}                            | a signature has no protected header
            {"a":1,"signatures":[{"protected":"%%"}]}            | a signature's protected header is not base64url
            {"a":1,"signatures":[{"protected":"e30"}]}           | a signature does not say what it signs
            {"a":1,"signatures":[{"protected":"W10"}]}           | it is not a JSON object
            {"a":1,"signatures":[{"protected":"e30","protected":"e30"}]} | a signature has two protected headers
            """)
    void aManifestWithoutAPayloadIsRefused(String body, String reason) {
        assertRefused(body.getBytes(StandardCharsets.UTF_8), reason);
    }

    @Test
    void signaturesThatDisagreeAreRefused() {
        assertRefused(
                signed("{\"a\":1", signature(header(6, "}")) + "," + signature(header(6, " }"))),
                "its signatures disagree on what they sign");
    }

    @Test
    void aPayloadThatLeavesOutMoreThanTheSignaturesIsRefused() {
        assertRefused(signed("{\"a\":1,\"b\":2", signature(header(6, "}"))), "do not end where the payload does");
        assertRefused(signed("{\"a\":[1,2]", signature(header(7, "]}"))), "do not end where the payload does");
        assertRefused(signed("{\"a\":1", signature(header(400, "}"))), "do not end where the payload does");
        assertRefused(signed("{\"a\":1", signature(header(2_000_000_000, "}"))), "do not end where the payload does");
    }

    @Test
    void aPayloadThatEndsInMoreThanABraceIsRefused() {
        assertRefused(signed("{\"a\":1", signature(header(6, ",\"b\":2}"))), "not closed by a brace");
    }

    @Test
    void whatFollowsTheSignaturesIsRefused() {
        byte[] body = ("{\"a\":1,\"signatures\":[" + signature(header(6, "}")) + "],\"b\":2}")
                .getBytes(StandardCharsets.UTF_8);
        assertRefused(body, "\"b\" follows its signatures");
    }

    @Test
    void aMemberGivenTwiceIsRefused() {
        assertRefused(signed("{\"a\":1,\"A\":2", signature(header(12, "}"))), "it has \"A\" twice");
    }

    private static void assertRefused(byte[] body, String reason) {
        assertThatThrownBy(() -> ManifestDigests.of(Algorithm.SHA256, SIGNED, body))
                .isInstanceOf(InvalidManifestException.class)
                .hasMessageContaining(reason);
    }

    private static byte[] signed(String opening, String signatures) {
        return (opening + ",\"signatures\":[" + signatures + "]}").getBytes(StandardCharsets.UTF_8);
    }

    private static String signature(String header) {
        return "{\"signature\":\"AA\",\"protected\":\"" + header + "\"}";
    }

    private static String header(int formatLength, String formatTail) {
        return base64("{\"formatLength\":" + formatLength + ",\"formatTail\":\"" + base64(formatTail) + "\"}");
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
