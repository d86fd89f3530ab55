package io.sluice.testing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ImagesTest {

    @Test
    void anIndexNamesItsChildrenByTheDigestAndSizeOfTheirBytes() {
        Images.Content child = Images.image(Images.layer(100, 1));
        Images.Content index = Images.index(child);
        assertThat(index.text())
                .isEqualTo("{\"schemaVersion\":2,\"mediaType\":\"" + Images.OCI_INDEX
                        + "\",\"manifests\":[{\"mediaType\":\""
                        + Images.OCI_MANIFEST + "\",\"digest\":\"" + Images.sha256(child.bytes()) + "\",\"size\":"
                        + child.bytes().length
                        + ",\"platform\":{\"architecture\":\"amd64\",\"os\":\"linux\"}}]}");
        assertThat(index.digest()).isEqualTo(Images.sha256(index.bytes()));
    }

    @Test
    void aManifestNamesItsConfigAndLayers() {
        Images.Content config = Images.config(7);
        Images.Content layer = Images.layer(100, 1);
        assertThat(Images.imageWithConfig(config, layer).text()).contains(config.descriptor(), layer.descriptor());
        assertThat(Images.dockerImage(layer).text()).contains(Images.DOCKER_LAYER, layer.digest());
    }

    @Test
    void digestsAreThoseOfTheStandard() {
        assertThat(Images.sha256(new byte[0]))
                .isEqualTo("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assertThat(Images.sha512(new byte[0]))
                .startsWith("sha512:cf83e1357eefb8bd")
                .hasSize(7 + 128);
    }

    @Test
    void theSameSeedGivesTheSameBytes() {
        assertThat(Images.bytes(1_000, 5)).isEqualTo(Images.bytes(1_000, 5)).isNotEqualTo(Images.bytes(1_000, 6));
    }
}
