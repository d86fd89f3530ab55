package io.sluice.testing.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LoggedRequestTest {

    @Test
    void aLineOfTheAccessLogIsARequest() {
        String line =
                "127.0.0.1 - - [25/Nov/2026:14:50:09 +0000] \"GET /v2/bench/blobs/sha256:ab HTTP/1.1\" 200 50000000"
                        + " \"\" \"sluice/0.1.0\"";

        assertThat(LoggedRequest.parse(line)).contains(new LoggedRequest("GET", "/v2/bench/blobs/sha256:ab", 200));
    }

    @Test
    void anythingElseIsNone() {
        assertThat(LoggedRequest.parse("time=\"2026-11-25T14:50:09Z\" level=warning msg=\"No HTTP secret\""))
                .isEmpty();
    }
}
