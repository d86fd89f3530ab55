package io.sluice.oci;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MediaTypesTest {

    @Test
    void aContentTypeIsReducedToItsType() {
        assertThat(MediaTypes.withoutParameters(MediaTypes.OCI_INDEX)).isEqualTo(MediaTypes.OCI_INDEX);
        assertThat(MediaTypes.withoutParameters(" Application/JSON ; charset=utf-8;x=\";\""))
                .isEqualTo("application/json");
        assertThat(MediaTypes.withoutParameters("")).isEmpty();
        assertThat(MediaTypes.withoutParameters(";")).isEmpty();
    }

    @Test
    void manifestsAreTheKnownTypesAndOtherJsonOfApplications() {
        assertThat(List.of(
                        MediaTypes.DOCKER_MANIFEST,
                        MediaTypes.DOCKER_MANIFEST_LIST,
                        MediaTypes.OCI_MANIFEST,
                        MediaTypes.OCI_INDEX,
                        MediaTypes.DOCKER_SCHEMA1,
                        MediaTypes.DOCKER_SCHEMA1_SIGNED,
                        "application/vnd.example.thing.v1+json"))
                .allMatch(MediaTypes::canBeManifest);
        assertThat(List.of(
                        "text/html",
                        "application/json",
                        "application/octet-stream",
                        "text/x+json",
                        "application/+json",
                        "application/a\n+json",
                        ""))
                .noneMatch(MediaTypes::canBeManifest);
    }

    @Test
    void schema1HasTwoForms() {
        assertThat(MediaTypes.isSchema1(MediaTypes.DOCKER_SCHEMA1)).isTrue();
        assertThat(MediaTypes.isSchema1(MediaTypes.DOCKER_SCHEMA1_SIGNED)).isTrue();
        assertThat(MediaTypes.isSchema1(MediaTypes.DOCKER_MANIFEST)).isFalse();
    }
}
