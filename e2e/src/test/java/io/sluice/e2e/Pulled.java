package io.sluice.e2e;

import io.sluice.testing.process.Finished;
import java.util.Map;

/**
 * What came of a pull. Two that compare equal gave the client the same thing, or failed in the same way.
 *
 * @param status the exit status of the client
 * @param errors what it said of its failure, without the name of the image; empty if it did not fail
 * @param content what it holds after it, such as image ID and digests, by name
 */
record Pulled(int status, String errors, Map<String, String> content) {

    static Pulled content(Map<String, String> content) {
        return new Pulled(0, "", content);
    }

    /** A failed pull of the image of this name. */
    static Pulled failure(Finished pull, String name) {
        return new Pulled(pull.status(), pull.errors().replace(name, "<image>").strip(), Map.of());
    }

    boolean succeeded() {
        return status == 0;
    }
}
