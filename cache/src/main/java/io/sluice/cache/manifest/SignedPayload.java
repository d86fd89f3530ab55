package io.sluice.cache.manifest;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * The payload of a signed schema 1 manifest: what stood there before the signatures were put in. Each signature says in
 * its protected header how many bytes of the document belong to it ({@code formatLength}) and what closed it
 * ({@code formatTail}).
 *
 * <p>A client that reads the payload and one that reads the whole document must see the same, so the only thing that
 * may stand between the two pieces is one member named {@code signatures}.
 *
 * @see <a href="https://github.com/distribution/distribution/blob/v2.8.3/docs/spec/manifest-v2-1.md">Image manifest,
 *     version 2 schema 1, Signed manifests</a>
 */
final class SignedPayload {

    private final byte[] body;
    private int length = -1;
    private byte[] tail = {};
    private long signaturesAt = -1;

    private SignedPayload(byte[] body) {
        this.body = body;
    }

    /**
     * Finds the payload of a signed manifest.
     *
     * @throws InvalidManifestException when it has no signatures, they disagree, or they leave out more than themselves
     */
    static SignedPayload of(byte[] body) {
        SignedPayload payload = new SignedPayload(body);
        ManifestJson.read(body, payload::take);
        payload.refuseAnythingElseLeftOut();
        return payload;
    }

    /** Hashes the payload. */
    byte[] hash(MessageDigest hash) {
        hash.update(body, 0, length);
        return hash.digest(tail);
    }

    /** The payload in one piece. */
    byte[] bytes() {
        byte[] bytes = Arrays.copyOf(body, length + tail.length);
        System.arraycopy(tail, 0, bytes, length, tail.length);
        return bytes;
    }

    private void take(String name, long start, JsonParser json) {
        if (signaturesAt >= 0) {
            throw new InvalidManifestException("\"" + name + "\" follows its signatures");
        }
        if (!name.equals("signatures")) {
            json.skipChildren();
            return;
        }
        signaturesAt = start;
        if (json.currentToken() != JsonToken.START_ARRAY) {
            throw new InvalidManifestException("its signatures are no array");
        }
        while (json.nextToken() != JsonToken.END_ARRAY) {
            takeSignature(json);
        }
    }

    private void takeSignature(JsonParser json) {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw new InvalidManifestException("a signature is no object");
        }
        String header = null;
        String name;
        while ((name = json.nextName()) != null) {
            json.nextToken();
            if (!name.equals("protected")) {
                json.skipChildren();
            } else if (header == null) {
                header = ManifestJson.text(json);
            } else {
                throw new InvalidManifestException("a signature has two protected headers");
            }
        }
        agreeOn(ProtectedHeader.read(header));
    }

    private void agreeOn(ProtectedHeader header) {
        if (length < 0) {
            length = header.formatLength;
            tail = header.formatTail;
        } else if (length != header.formatLength || !Arrays.equals(tail, header.formatTail)) {
            throw new InvalidManifestException("its signatures disagree on what they sign");
        }
    }

    private void refuseAnythingElseLeftOut() {
        if (length < 0) {
            throw new InvalidManifestException("it has no signature");
        }
        String between = length > signaturesAt ? "?" : text(body, length, (int) signaturesAt);
        if (!between.strip().equals(",")) {
            throw new InvalidManifestException("its signatures do not end where the payload does");
        }
        if (!text(tail, 0, tail.length).strip().equals("}")) {
            throw new InvalidManifestException("its payload is not closed by a brace");
        }
    }

    private static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }

    /** The two things that a signature's protected header says of the payload. */
    private static final class ProtectedHeader {

        private int formatLength = -1;
        private byte[] formatTail = {};

        static ProtectedHeader read(@Nullable String encoded) {
            if (encoded == null) {
                throw new InvalidManifestException("a signature has no protected header");
            }
            ProtectedHeader header = new ProtectedHeader();
            ManifestJson.read(decode(encoded), (name, start, json) -> header.take(name, json));
            if (header.formatLength < 0 || header.formatTail.length == 0) {
                throw new InvalidManifestException("a signature does not say what it signs");
            }
            return header;
        }

        private void take(String name, JsonParser json) {
            switch (name) {
                case "formatLength" -> formatLength = (int) Math.min(ManifestJson.number(json, -1), Integer.MAX_VALUE);
                case "formatTail" -> {
                    String text = ManifestJson.text(json);
                    formatTail = text == null ? new byte[0] : decode(text);
                }
                default -> json.skipChildren();
            }
        }

        private static byte[] decode(String base64url) {
            try {
                return Base64.getUrlDecoder().decode(base64url);
            } catch (IllegalArgumentException e) {
                throw new InvalidManifestException("a signature's protected header is not base64url");
            }
        }
    }
}
