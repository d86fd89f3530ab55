package io.sluice.gateway.upstream;

import java.io.IOException;

/** An answer is not well-formed HTTP, or exceeds a limit. It does not repeat what was received (T20). */
final class MalformedAnswerException extends IOException {

    MalformedAnswerException() {
        super("the answer is not well-formed HTTP");
    }
}
