package io.sluice.oci;

import static io.sluice.oci.MediaTypes.DOCKER_MANIFEST;
import static io.sluice.oci.MediaTypes.DOCKER_MANIFEST_LIST;
import static io.sluice.oci.MediaTypes.DOCKER_SCHEMA1;
import static io.sluice.oci.MediaTypes.DOCKER_SCHEMA1_SIGNED;
import static io.sluice.oci.MediaTypes.OCI_INDEX;
import static io.sluice.oci.MediaTypes.OCI_MANIFEST;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AcceptTest {

    private static final String HELM = "application/vnd.cncf.helm.config.v1+json";

    @Test
    @DisplayName("C12: none, a wildcard, junk: every known type")
    void whoNamesNothingTakesEverything() {
        assertThat(Accept.parse(List.of())).isEqualTo(Accept.ANY);
        assertThat(accept("")).isEqualTo(Accept.ANY);
        assertThat(accept("*/*")).isEqualTo(Accept.ANY);
        assertThat(accept("application/*")).isEqualTo(Accept.ANY);
        assertThat(accept("text/html, image/webp;q=0.9, application/json")).isEqualTo(Accept.ANY);
        assertThat(accept(",,;;q=,/ ,=")).isEqualTo(Accept.ANY);
        assertThat(Accept.ANY.types())
                .containsExactlyInAnyOrder(
                        DOCKER_MANIFEST, DOCKER_MANIFEST_LIST, OCI_MANIFEST, OCI_INDEX, DOCKER_SCHEMA1_SIGNED)
                .isSorted();
    }

    @Test
    @DisplayName("C12: what is named is kept, and nothing else")
    void onlyWhatIsNamedIsKept() {
        assertThat(accept(OCI_INDEX).types()).containsExactly(OCI_INDEX);
        assertThat(accept(OCI_INDEX + ", text/html").types()).containsExactly(OCI_INDEX);
        assertThat(accept(DOCKER_SCHEMA1_SIGNED).types()).containsExactly(DOCKER_SCHEMA1_SIGNED);
        assertThat(accept(OCI_INDEX + ", */*")).isEqualTo(Accept.ANY);
    }

    @Test
    void linesListsOrderWeightCaseAndParametersMakeNoDifference() {
        Accept expected = accept(DOCKER_MANIFEST + "," + OCI_MANIFEST);
        assertThat(accept(OCI_MANIFEST, DOCKER_MANIFEST)).isEqualTo(expected).hasSameHashCodeAs(expected);
        assertThat(accept(" " + OCI_MANIFEST + " ; q=0.1 ,\t" + DOCKER_MANIFEST + ";q=1.000;v=\"x\""))
                .isEqualTo(expected);
        assertThat(accept("Application/vnd.OCI.image.manifest.v1+JSON", DOCKER_MANIFEST, DOCKER_MANIFEST))
                .isEqualTo(expected);
    }

    @Property
    void anyOrderAndAnySplitIntoLinesIsTheSame(@ForAll("ranges") List<String> ranges, @ForAll Random random) {
        List<String> shuffled = new ArrayList<>(ranges);
        Collections.shuffle(shuffled, random);
        assertThat(Accept.parse(shuffled)).isEqualTo(accept(String.join(", ", ranges)));
    }

    @Property
    void whatIsSentUpstreamMeansTheSame(@ForAll("ranges") List<String> ranges) {
        Accept accept = Accept.parse(ranges);
        assertThat(accept(accept.headerValue())).isEqualTo(accept);
        assertThat(accept.types()).isSorted().doesNotHaveDuplicates().isNotEmpty();
    }

    @Property
    void nothingThatAClientSaysIsTooMuch(@ForAll List<String> lines) {
        Accept accept = Accept.parse(lines);
        assertThat(accept.types()).isNotEmpty().hasSizeLessThanOrEqualTo(5 + Accept.MAX_OTHER_TYPES);
        assertThat(accept.headerValue()).matches("[ -~]+");
    }

    @Test
    void aWeightOfZeroMeansNotThis() {
        for (String zero : List.of("q=0", "Q=0", "q=0.", "q=0.0", "q=0.000")) {
            assertThat(accept(OCI_INDEX, OCI_MANIFEST + ";" + zero).types())
                    .as(zero)
                    .containsExactly(OCI_INDEX);
            assertThat(accept(HELM + ";" + zero)).as(zero).isEqualTo(Accept.ANY);
        }
        for (String more : List.of("q=0.001", "q=1", "q=0.0000", "q=00", "q=", "x=0", "qq=0")) {
            assertThat(accept(OCI_INDEX, OCI_MANIFEST + ";" + more).types())
                    .as(more)
                    .containsExactly(OCI_INDEX, OCI_MANIFEST);
        }
        assertThat(accept(OCI_MANIFEST + ";v=1; q=0", OCI_INDEX).types()).containsExactly(OCI_INDEX);
    }

    @Test
    void aRefusedTypeIsTakenOutOfTheWildcard() {
        Accept expected = Accept.ANY.withoutSchema1();
        assertThat(accept("*/*, " + DOCKER_SCHEMA1_SIGNED + ";q=0")).isEqualTo(expected);
        assertThat(accept(DOCKER_SCHEMA1_SIGNED + ";q=0", "*/*")).isEqualTo(expected);
        assertThat(accept(DOCKER_SCHEMA1 + ";q=0")).isEqualTo(expected);
        assertThat(accept("*/*;q=0", OCI_INDEX).types()).containsExactly(OCI_INDEX);
    }

    @Test
    void otherJsonTypesOfApplicationsAreKept() {
        assertThat(accept(HELM).types()).containsExactly(HELM);
        assertThat(accept(HELM, OCI_INDEX).types()).containsExactly(HELM, OCI_INDEX);
        assertThat(accept(HELM, "*/*").types()).contains(HELM).containsAll(Accept.ANY.types());
    }

    @Test
    void ofManyOtherTypesTheFirstEightInTheirOrderAreKept() {
        List<String> many = new ArrayList<>(IntStream.range(0, 50)
                .mapToObj(i -> "application/vnd.x%02d+json".formatted(i))
                .toList());
        List<String> expected = many.subList(0, Accept.MAX_OTHER_TYPES);
        assertThat(Accept.parse(many).types()).containsExactlyElementsOf(expected);
        assertThat(Accept.parse(many.reversed()).types()).containsExactlyElementsOf(expected);
    }

    @Test
    void aTypeThatIsNoNameIsPassedOver() {
        for (String junk : List.of(
                "application/a b+json",
                "application/a/b+json",
                "application/<x>+json",
                "application/ü+json",
                "application/+json",
                "application/a\r\nx:y+json",
                "application/" + "a".repeat(200) + "+json")) {
            assertThat(accept(junk)).as(junk).isEqualTo(Accept.ANY);
        }
    }

    @Test
    @DisplayName("C12: 8 KiB of junk beside one type")
    void eightKibibytesOfJunkAreReadQuickly() {
        String junk = "a/b;q=0.5;".repeat(820);
        assertThat(accept(junk + "," + OCI_INDEX).types()).containsExactly(OCI_INDEX);
        assertThat(accept(",".repeat(8_192))).isEqualTo(Accept.ANY);
        assertThat(accept(";".repeat(8_192) + "q=0")).isEqualTo(Accept.ANY);
    }

    @Test
    void bothFormsOfSchema1AreOne() {
        Accept unsigned = accept(DOCKER_SCHEMA1);
        assertThat(unsigned).isEqualTo(accept(DOCKER_SCHEMA1_SIGNED)).isEqualTo(Accept.onlySchema1());
        assertThat(unsigned.accepts(DOCKER_SCHEMA1)).isTrue();
        assertThat(unsigned.accepts(DOCKER_SCHEMA1_SIGNED)).isTrue();
        assertThat(unsigned.accepts(DOCKER_MANIFEST)).isFalse();
        assertThat(unsigned.isOnlySchema1()).isTrue();
        assertThat(Accept.ANY.isOnlySchema1()).isFalse();
        assertThat(Accept.ANY.acceptsSchema1()).isTrue();
        assertThat(accept(HELM).isOnlySchema1()).isFalse();
    }

    @Test
    void schema1IsTakenAwayOnlyWhereItIs() {
        Accept without = accept(OCI_INDEX);
        assertThat(without.withoutSchema1()).isSameAs(without);
        assertThat(Accept.ANY.withoutSchema1().acceptsSchema1()).isFalse();
        assertThat(Accept.ANY.withoutSchema1().types()).hasSize(4);
        assertThat(Accept.onlySchema1().withoutSchema1().types()).isEmpty();
    }

    @Test
    void realClientsAreUnderstood() {
        Accept docker20 = accept(
                DOCKER_SCHEMA1_SIGNED,
                "application/json",
                DOCKER_MANIFEST,
                DOCKER_MANIFEST_LIST,
                OCI_MANIFEST,
                OCI_INDEX);
        Accept containerd =
                accept(String.join(", ", DOCKER_MANIFEST, DOCKER_MANIFEST_LIST, OCI_MANIFEST, OCI_INDEX, "*/*"));
        Accept crane = accept(String.join(",", DOCKER_MANIFEST, OCI_MANIFEST, DOCKER_MANIFEST_LIST, OCI_INDEX));
        assertThat(docker20).isEqualTo(Accept.ANY).isEqualTo(containerd);
        assertThat(crane).isEqualTo(Accept.ANY.withoutSchema1());
    }

    @Provide
    Arbitrary<List<String>> ranges() {
        Arbitrary<String> types = Arbitraries.of(
                DOCKER_MANIFEST,
                DOCKER_MANIFEST_LIST,
                OCI_MANIFEST,
                OCI_INDEX,
                DOCKER_SCHEMA1,
                DOCKER_SCHEMA1_SIGNED,
                HELM,
                "application/vnd.a+json",
                "application/vnd.b+json",
                "application/json",
                "text/plain",
                "*/*",
                "junk",
                "");
        Arbitrary<String> weights = Arbitraries.of("", ";q=1", "; q=0.5", ";q=0", ";v=1;q=0.000");
        return types.flatMap(type -> weights.map(weight -> type + weight))
                .list()
                .ofMaxSize(20);
    }

    private static Accept accept(String... lines) {
        return Accept.parse(List.of(lines));
    }
}
