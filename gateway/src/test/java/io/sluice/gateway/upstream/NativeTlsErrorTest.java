package io.sluice.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NativeTlsErrorTest {

    @ParameterizedTest
    @CsvSource({
        "error:10000412:SSL routines:OPENSSL_internal:SSLV3_ALERT_BAD_CERTIFICATE, Received fatal alert: bad_certificate",
        "error:1000045c:SSL routines:OPENSSL_internal:TLSV1_ALERT_CERTIFICATE_REQUIRED, "
                + "Received fatal alert: certificate_required",
        "error:100000f0:SSL routines:OPENSSL_internal:UNSUPPORTED_PROTOCOL, unsupported protocol",
        "unable to find valid certification path, unable to find valid certification path"
    })
    void theWordsAreThoseOfTheJdk(String said, String told) {
        assertThat(NativeTlsError.inPlainWords(said)).isEqualTo(told);
    }
}
