package io.sluice.oci;

import static io.sluice.oci.Malformed.assertRefused;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.oci.Digest.Algorithm;
import java.util.List;
import java.util.Locale;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DigestTest {

    private static final String HEX_64 = "c0e9560cda118f9ec63ddefb4a173a2b2a0347082d7dff7dc14272e7841a5b5a";

    @Test
    @DisplayName("C13: sha256 and sha512 with lower-case hex of their length are read")
    void theTwoRegisteredAlgorithmsAreRead() {
        assertThat(Digest.parse("sha256:" + HEX_64)).isEqualTo(new Digest(Algorithm.SHA256, HEX_64));
        assertThat(Digest.parse("sha512:" + HEX_64 + HEX_64)).isEqualTo(new Digest(Algorithm.SHA512, HEX_64 + HEX_64));
    }

    @Test
    @DisplayName("C13, T37: everything else is DIGEST_INVALID, other algorithms too")
    void everythingElseIsRefused() {
        List<String> refused = List.of(
                "",
                ":",
                "sha256",
                "sha256:",
                ":" + HEX_64,
                HEX_64,
                "sha256:" + HEX_64.toUpperCase(Locale.ROOT),
                "sha256:" + HEX_64.substring(1),
                "sha256:" + HEX_64 + "a",
                "sha256:" + HEX_64.substring(1) + "g",
                "sha256:" + HEX_64.substring(1) + "/",
                "sha256:" + HEX_64.substring(1) + "\u0660",
                "sha256:" + HEX_64 + HEX_64,
                "sha256:../../../etc/passwd",
                "sha256::" + HEX_64.substring(1),
                "sha256 :" + HEX_64,
                " sha256:" + HEX_64,
                "sha256:" + HEX_64 + "\n",
                "SHA256:" + HEX_64,
                "Sha256:" + HEX_64,
                "sha512:" + HEX_64,
                "sha256%3A" + HEX_64,
                "sha256%3a" + HEX_64,
                "md5:d41d8cd98f00b204e9800998ecf8427e",
                "sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709",
                "sha384:" + HEX_64 + HEX_64.substring(32),
                "blake3:" + HEX_64,
                "sha256+b64u:" + HEX_64,
                "sha2566:" + HEX_64);
        for (String text : refused) {
            assertRefused(OciError.Code.DIGEST_INVALID, text, () -> Digest.parse(text));
        }
    }

    @Test
    void aDigestCannotBeMadeOfAnythingButLowerHex() {
        assertRefused(OciError.Code.DIGEST_INVALID, "..", () -> new Digest(Algorithm.SHA256, ".."));
        assertRefused(OciError.Code.DIGEST_INVALID, "long", () -> new Digest(Algorithm.SHA512, HEX_64));
    }

    @Test
    void hashingGivesTheDigestOfTheStandard() {
        assertThat(Digest.hash(Algorithm.SHA256, "abc".getBytes(UTF_8)).text())
                .isEqualTo("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assertThat(Digest.hash(Algorithm.SHA512, "abc".getBytes(UTF_8)).text())
                .startsWith("sha512:ddaf35a193617abacc417349ae20413112e6fa4e89a97ea2")
                .hasSize("sha512:".length() + 128);
    }

    @Property
    void textAndDigestAreTheSameThing(@ForAll @StringLength(64) @CharRange(from = '0', to = '9') String hex) {
        Digest digest = new Digest(Algorithm.SHA256, hex);
        assertThat(Digest.parse(digest.text())).isEqualTo(digest).hasToString("sha256:" + hex);
    }
}
