package io.sluice.gateway.upstream;

import java.io.IOException;

/** A host that an upstream named has an address that is not public, so that nothing was dialled. */
final class ForbiddenAddressException extends IOException {

    ForbiddenAddressException(String host) {
        super(host + " is not public");
    }
}
