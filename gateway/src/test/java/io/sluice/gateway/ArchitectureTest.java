package io.sluice.gateway;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_FIELD_INJECTION;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Holds the arrows between modules and packages, and the habits of the house that a machine can see. */
class ArchitectureTest {

    /** Everything that is shipped: no tests, and not the module of test tools. */
    private static final JavaClasses SHIPPED = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("io/sluice/testing"))
            .importPackages("io.sluice");

    /** A part of the system, and the parts that it may know; some of them are still to come. */
    enum Part {
        OCI("oci"),
        CACHE("cache", "oci"),
        CREDENTIALS("credentials.cloud"),
        METRICS("gateway.metrics", "oci"),
        ERROR("gateway.error", "oci", "gateway.metrics"),
        POLICY("gateway.policy", "oci", "gateway.metrics", "gateway.error"),
        UPSTREAM("gateway.upstream", "oci", "gateway.metrics", "gateway.error", "credentials.cloud"),
        SERVER("gateway.server", "oci", "gateway.metrics", "gateway.error"),
        TRANSFER("gateway.transfer", "oci", "cache"),
        CLUSTER("gateway.cluster", "oci", "gateway.metrics", "gateway.error", "cache", "gateway.transfer"),
        PULL(
                "gateway.pull",
                "oci",
                "gateway.metrics",
                "gateway.error",
                "cache",
                "gateway.upstream",
                "gateway.cluster",
                "gateway.policy"),
        ADMIN("gateway.admin", "oci", "gateway.metrics", "gateway.error", "cache", "gateway.pull", "gateway.policy"),
        ROUTE(
                "gateway.route",
                "oci",
                "gateway.metrics",
                "gateway.error",
                "cache",
                "gateway.upstream",
                "gateway.cluster",
                "gateway.policy",
                "gateway.server",
                "gateway.transfer",
                "gateway.pull");

        private final String itself;
        private final ImmutableList<String> known;

        Part(String itself, String... known) {
            this.itself = itself;
            this.known = ImmutableList.copyOf(known);
        }

        String packages() {
            return "io.sluice." + itself + "..";
        }

        String[] mayUse() {
            return Stream.concat(Stream.of(itself), known.stream())
                    .map(part -> "io.sluice." + part + "..")
                    .toArray(String[]::new);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPartKnowsOnlyThePartsBelowIt(Part part) {
        noClasses()
                .that()
                .resideInAPackage(part.packages())
                .should()
                .dependOnClassesThat(resideInAPackage("io.sluice..").and(not(resideInAnyPackage(part.mayUse()))))
                .allowEmptyShould(true)
                .check(SHIPPED);
    }

    @Test
    void everyPackageIsAPartOfTheTable() {
        String[] parts = Arrays.stream(Part.values()).map(Part::packages).toArray(String[]::new);
        classes()
                .that()
                .resideOutsideOfPackage("io.sluice.gateway")
                .should()
                .resideInAnyPackage(parts)
                .check(SHIPPED);
    }

    @Test
    void theValuesOfTheProtocolNeedNothingButTheJdk() {
        classes()
                .that()
                .resideInAPackage("io.sluice.oci..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("io.sluice.oci..", "java..", "org.jspecify.annotations..")
                .check(SHIPPED);
    }

    @Test
    void theCacheKnowsNoFrameworkOfTheGateway() {
        noClasses()
                .that()
                .resideInAPackage("io.sluice.cache..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.springframework..", "io.netty..", "reactor.netty..")
                .check(SHIPPED);
    }

    @Test
    void onlyTheCacheInRedisKnowsRedis() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.sluice.cache.redis..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.lettuce..")
                .check(SHIPPED);
    }

    @Test
    void onlyTheUpstreamAndTheCacheInRedisAreSpared() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.sluice.cache.redis..", "io.sluice.gateway.upstream..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.github.resilience4j..")
                .check(SHIPPED);
    }

    @Test
    void onlyTheCredentialsOfCloudsKnowTheirSdks() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.sluice.credentials.cloud..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("software.amazon..", "com.google.auth..", "com.google.api..")
                .check(SHIPPED);
    }

    @Test
    void noOtherCacheKnowsTheOneInRedis() {
        noClasses()
                .that(resideInAPackage("io.sluice.cache..").and(not(resideInAPackage("io.sluice.cache.redis.."))))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.sluice.cache.redis..")
                .check(SHIPPED);
    }

    @Test
    void replicasFindOneAnotherWithoutKnowingThatItIsInRedis() {
        noClasses()
                .that()
                .resideInAnyPackage("io.sluice.gateway.cluster..", "io.sluice.gateway.pull..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.sluice.cache.redis..")
                .check(SHIPPED);
    }

    @Test
    void onlyRoutesKnowSpringCloudGateway() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.sluice.gateway.route..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.springframework.cloud.gateway..")
                .check(SHIPPED);
    }

    @Test
    void packagesFormNoCycles() {
        slices().matching("io.sluice.(**)").should().beFreeOfCycles().check(SHIPPED);
    }

    @Test
    void anImplementationIsNamedByWhatMakesItDifferent() {
        noClasses()
                .should()
                .haveNameMatching(".*(Impl|Utils?|Helper|Manager)(\\$.*)?")
                .check(SHIPPED);
    }

    @Test
    void nothingIsInjectedIntoFields() {
        NO_CLASSES_SHOULD_USE_FIELD_INJECTION.check(SHIPPED);
    }

    @Test
    void whatIsSaidIsLogged() {
        NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(SHIPPED);
        NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING.check(SHIPPED);
    }

    @Test
    void nobodySleeps() {
        noClasses()
                .should()
                .callMethodWhere(target(name("sleep"))
                        .and(target(owner(assignableTo(Thread.class).or(type(TimeUnit.class))))))
                .check(SHIPPED);
    }

    @Test
    void everyPackageIsNullMarked() {
        Set<JavaPackage> packages = SHIPPED.stream().map(JavaClass::getPackage).collect(Collectors.toSet());
        assertThat(packages).allMatch(each -> each.isAnnotatedWith(NullMarked.class));
    }

    @Test
    void everyModuleIsLookedAt() {
        Set<String> packages = SHIPPED.stream().map(JavaClass::getPackageName).collect(Collectors.toSet());
        assertThat(packages)
                .contains(
                        "io.sluice.oci",
                        "io.sluice.cache.manifest",
                        "io.sluice.cache.redis",
                        "io.sluice.credentials.cloud",
                        "io.sluice.gateway.cluster",
                        "io.sluice.gateway.admin",
                        "io.sluice.gateway.upstream")
                .doesNotContain("io.sluice.testing");
        assertThat(SHIPPED).noneMatch(type -> type.getSimpleName().equals("ArchitectureTest"));
    }
}
