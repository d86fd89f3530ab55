package io.sluice.gateway.route;

import io.sluice.oci.Digest;
import java.util.List;

/** The entity tag of content that is named by its digest: the digest, quoted (RFC 9110, section 8.8.3). */
final class EntityTag {

    private EntityTag() {}

    static String of(Digest digest) {
        return "\"" + digest + "\"";
    }

    /** Whether the lines of an {@code If-None-Match} name it: quoted, weak, in a list, or by {@code *}. */
    static boolean isAmong(List<String> lines, Digest digest) {
        if (lines.isEmpty()) {
            return false;
        }
        String own = of(digest);
        for (String line : lines) {
            for (String part : line.split(",")) {
                String candidate = part.strip();
                if (candidate.equals("*") || candidate.equals(own) || candidate.equals("W/" + own)) {
                    return true;
                }
            }
        }
        return false;
    }
}
