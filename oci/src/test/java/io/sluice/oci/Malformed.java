package io.sluice.oci;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What the tests of this package say of a refusal. */
final class Malformed {

    private Malformed() {}

    static void assertRefused(OciError.Code code, String description, ThrowingCallable call) {
        assertThatExceptionOfType(MalformedRequestException.class)
                .as(description)
                .isThrownBy(call)
                .extracting(e -> e.error().code())
                .isEqualTo(code);
    }
}
