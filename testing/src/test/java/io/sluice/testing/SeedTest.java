package io.sluice.testing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SeedTest {

    @Test
    void theManifestListIsByteForByteWhatItsDigestSays() {
        assertThat(Seed.manifestList()).hasSize(1_638);
        assertThat(Images.sha256(Seed.manifestList())).isEqualTo(Seed.MANIFEST_LIST_DIGEST);
    }

    @Test
    void theSchema1ManifestIsByteForByteTheOneThatWasSeen() {
        assertThat(Seed.schema1()).hasSize(2_784);
        assertThat(Images.sha256(Seed.schema1()))
                .isEqualTo("sha256:34ee8fa77dc3ae7000c6299a74326cb77a1bbb7883fd9349c1e7fa28519d97b9")
                .isNotEqualTo(Seed.SCHEMA1_DIGEST);
    }
}
